#include "store/database_impl.hpp"
#include "store/ledger.hpp"

#include <unistd.h>

namespace loci::store {
namespace {

constexpr Sql count_changes{
    "SELECT count(*), coalesce(min(number), 0), coalesce(max(number), 0) FROM change_log"};
constexpr std::chrono::milliseconds reader_patience{100};
constexpr int empty_log_attempts = 600;
constexpr int most_merge_steps = 10'000;
constexpr int most_clear_passes = 3;

/// The log is dense and ends with the newest number, unless all of it has expired.
void check_change_log(ReadTransaction& transaction, std::vector<std::string>& problems) {
    auto row = transaction.query(count_changes);
    row.next();
    auto const count = row.integer(0);
    auto const first = row.integer(1);
    auto const last = row.integer(2);
    if (count > 0 && (last - first + 1 != count || last != transaction.last_change())) {
        problems.emplace_back("change log: numbers are missing");
    }
}

Error not_emptied() {
    return {.kind = ErrorKind::unavailable,
            .reason = "SCRUB_INCOMPLETE",
            .message = "readers kept the write-ahead log in use"};
}

} // namespace

std::optional<Error> Database::Impl::maintain(std::function<void(Maintenance&)> const& work) {
    return writer ? writer->maintain(work) : read_only_error();
}

/// One pass over the main file, in steps between which writers pass.
Result<Done> Database::Impl::clear_unused_bytes() {
    std::int64_t page = 1;
    for (int attempts = empty_log_attempts; page != 0;) {
        bool emptied = false;
        auto const failed = maintain([&](Maintenance& maintenance) {
            emptied = maintenance.empty_log(reader_patience);
            page = emptied ? maintenance.clear_unused_bytes(page) : page;
        });
        if (failed) {
            return *failed;
        }
        if (!emptied && --attempts == 0) {
            return not_emptied();
        }
    }
    return Done{};
}

Result<Inspection> Database::inspect() {
    Inspection inspection;
    try {
        auto const connection = impl_->readers->borrow();
        auto& maintenance = (*connection).maintenance();
        inspection.problems = maintenance.check();
        inspection.size_bytes = maintenance.size_bytes();
        for (auto const& table : maintenance.word_tables()) {
            if (!maintenance.check_words(table)) {
                inspection.problems.push_back("word index: " + table + " contradicts itself");
            }
        }
    } catch (EngineError const& error) {
        if (error.failure() != Failure::corrupt) {
            return to_error(error);
        }
        inspection.problems.emplace_back(std::string{"pages: "} + error.what());
        return inspection;
    }
    auto const read_rows = read_erased([&](ReadTransaction& transaction) {
        inspection.last_change = transaction.last_change();
        check_change_log(transaction, inspection.problems);
    });
    if (read_rows) {
        inspection.problems.push_back("store: " + read_rows->message);
    }
    return inspection;
}

// Written under another name first: a file with the wanted name is always whole.
Result<Done> Database::backup_to(std::filesystem::path const& file) {
    auto const target = std::filesystem::absolute(file);
    auto partial = target;
    partial += ".partial";
    if (std::error_code ignored; std::filesystem::exists(target, ignored)) {
        return Error{.kind = ErrorKind::conflict,
                     .reason = "FILE_EXISTS",
                     .message = "the file exists already"};
    }
    if (auto const made = make_private_file(partial, true); !made) {
        return made.error();
    }
    auto const copied = [&]() -> Result<Done> {
        try {
            auto const connection = impl_->readers->borrow();
            (*connection).maintenance().copy_to(partial);
        } catch (EngineError const& error) {
            return to_error(error);
        }
        if (auto const synced = sync_path(partial); !synced) {
            return synced;
        }
        if (::link(partial.c_str(), target.c_str()) != 0) {
            return file_error("cannot name the backup");
        }
        return Done{};
    }();
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    if (!copied) {
        return copied;
    }
    return sync_path(target.parent_path());
}

std::shared_ptr<void> Database::scrub_also(std::function<Result<Done>()> scrubber) {
    auto handle = std::make_shared<std::function<Result<Done>()>>(std::move(scrubber));
    std::lock_guard const lock{impl_->scrubbers->mutex};
    std::erase_if(impl_->scrubbers->all, [](auto const& other) { return other.expired(); });
    impl_->scrubbers->all.push_back(handle);
    return handle;
}

Result<Done> Database::Impl::scrub_derived() {
    auto const all = [this] {
        std::lock_guard const guard{scrubbers->mutex};
        return scrubbers->all;
    }();
    for (auto const& one : all) {
        if (auto const scrubber = one.lock()) {
            if (auto const done = (*scrubber)(); !done) {
                return done;
            }
        }
    }
    return Done{};
}

Result<Done> Database::scrub() {
    std::vector<std::string> tables;
    auto failed =
        impl_->maintain([&](Maintenance& maintenance) { tables = maintenance.word_tables(); });
    if (failed) {
        return *failed;
    }
    if (auto const done = impl_->scrub_derived(); !done) {
        return done;
    }
    for (auto const& table : tables) {
        bool more = true;
        for (int step = 0; more && !failed && step < most_merge_steps; ++step) {
            failed = impl_->maintain([&](Maintenance& maintenance) {
                more = maintenance.merge_words(table, step == 0);
            });
        }
    }
    if (failed) {
        return *failed;
    }
    // A commit between two steps may move a page to a place that was done: then all is done again.
    for (int pass = 0; pass < most_clear_passes; ++pass) {
        auto const commits = statistics().commits;
        if (auto const cleared = impl_->clear_unused_bytes(); !cleared) {
            return cleared;
        }
        if (statistics().commits == commits) {
            break;
        }
    }
    return Done{};
}

} // namespace loci::store
