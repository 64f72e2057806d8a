#include "store/database_impl.hpp"
#include "store/migrations.hpp"

#include <algorithm>

namespace loci::store {
namespace {

constexpr Sql select_oldest{"SELECT min(number) FROM change_log"};
constexpr Sql select_changes{"SELECT number, at, tenant, user, kind, action, id, revision"
                             " FROM change_log WHERE number > ?1 ORDER BY number LIMIT ?2"};

Error not_found() {
    return {.kind = ErrorKind::not_found,
            .reason = "DATABASE_NOT_FOUND",
            .message = "the directory holds no database"};
}

Error unexpected(char const* what) {
    return {.kind = ErrorKind::internal, .reason = "STORE_INVARIANT", .message = what};
}

std::vector<Component> all_components(Options const& options) {
    std::vector<Component> components{store_component()};
    components.insert(components.end(), options.components.begin(), options.components.end());
    return components;
}

Result<Done> open_for_reading(Options const& options, ReaderPool& readers) {
    auto const connection = readers.borrow();
    return check_migrated(*connection, all_components(options));
}

Result<std::unique_ptr<Writer>> open_writer(Options const& options, Environment environment,
                                            Engine& engine, std::filesystem::path const& file) {
    if (auto const made = make_private_file(file, false); !made) {
        return made.error();
    }
    auto connection = engine.connect({.file = file,
                                      .writable = true,
                                      .create = options.create,
                                      .maximum_bytes = options.maximum_bytes});
    auto const migrated = migrate(*connection, all_components(options), environment.clock.now());
    if (!migrated) {
        return migrated.error();
    }
    return std::make_unique<Writer>(std::move(connection), environment.clock, options);
}

} // namespace

Error read_only_error() {
    return {.kind = ErrorKind::conflict,
            .reason = "READ_ONLY",
            .message = "the database was opened for reading only"};
}

Database::Database(std::unique_ptr<Impl> impl) noexcept
    : impl_(std::move(impl)) {}

Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(Options options, Environment environment) {
    return open(std::move(options), environment, sqlite_engine());
}

Result<Database> Database::open(Options options, Environment environment,
                                std::unique_ptr<Engine> engine) {
    std::error_code failed;
    options.directory = std::filesystem::absolute(options.directory, failed);
    auto const file = options.directory / "loci.db";
    if ((options.read_only || !options.create) && !std::filesystem::exists(file, failed)) {
        return failed ? file_error("cannot look into the directory") : not_found();
    }
    FileHandle lock;
    if (!options.read_only) {
        if (auto const made = make_directory(options.directory); !made) {
            return made.error();
        }
        auto locked = lock_directory(options.directory);
        if (!locked) {
            return locked.error();
        }
        lock = std::move(*locked);
    }
    try {
        auto impl = std::make_unique<Impl>(
            Impl{options.directory, environment, std::move(lock), std::move(engine)});
        impl->readers = std::make_unique<ReaderPool>(*impl->engine, ConnectionOptions{.file = file},
                                                     std::max<std::size_t>(options.readers, 1));
        if (options.read_only) {
            if (auto const checked = open_for_reading(options, *impl->readers); !checked) {
                return checked.error();
            }
        } else {
            auto writer = open_writer(options, environment, *impl->engine, file);
            if (!writer) {
                return writer.error();
            }
            impl->writer = std::move(*writer);
        }
        return Database{std::move(impl)};
    } catch (EngineError const& error) {
        return to_error(error);
    } catch (InvariantError const& error) {
        return unexpected(error.what());
    }
}

std::optional<Error> Database::write_erased(std::function<Verdict(WriteTransaction&)> closure,
                                            Deadline deadline) {
    if (!impl_->writer) {
        return read_only_error();
    }
    return impl_->writer->write(
        [&](WriteTransaction& transaction) {
            auto verdict = closure(transaction);
            return Ending{verdict.keep_rows, std::move(verdict.error)};
        },
        deadline);
}

std::optional<Error> Database::read_erased(std::function<void(ReadTransaction&)> const& closure) {
    try {
        auto const connection = impl_->readers->borrow();
        (*connection).begin_read();
        auto const state = read_state(*connection); // the snapshot begins with this first look
        ReadTransaction::Impl view{
            .connection = *connection,
            .now = std::max(impl_->environment.clock.now(), state.last_commit_time),
            .last_commit_time = state.last_commit_time,
            .last_change = state.last_change};
        Snapshot snapshot{view};
        closure(snapshot);
        return std::nullopt;
    } catch (EngineError const& error) {
        return to_error(error);
    } catch (InvariantError const& error) {
        return unexpected(error.what());
    } catch (...) {
        return unexpected("a closure ended by an exception");
    }
}

void Database::note_softly(std::string key, std::function<void(WriteTransaction&)> closure) {
    if (impl_->writer) {
        impl_->writer->note_softly(std::move(key), std::move(closure));
    }
}

Result<std::vector<LoggedChange>> Database::changes(std::int64_t after, std::size_t limit) {
    using Changes = std::vector<LoggedChange>;
    return read<Changes>([&](ReadTransaction& transaction) -> Result<Changes> {
        auto oldest = transaction.query(select_oldest);
        oldest.next();
        auto const first = oldest.optional_integer(0).value_or(transaction.last_change() + 1);
        if (after + 1 < first) {
            return Error{.kind = ErrorKind::conflict,
                         .reason = "CHANGES_EXPIRED",
                         .message = "the change log does not reach back that far"};
        }
        Changes found;
        auto rows = transaction.query(select_changes, after, limit);
        while (rows.next()) {
            found.push_back({rows.integer(0),
                             rows.time(1),
                             {.tenant = std::string{rows.text(2)},
                              .user = std::string{rows.text(3)},
                              .kind = std::string{rows.text(4)},
                              .action = std::string{rows.text(5)},
                              .id = rows.uuid(6),
                              .revision = rows.optional_integer(7)}});
        }
        return found;
    });
}

std::shared_ptr<void> Database::subscribe(std::function<void(std::int64_t)> callback) {
    return impl_->writer ? impl_->writer->subscriptions().add(std::move(callback)) : nullptr;
}

WriterStatistics Database::statistics() const {
    return impl_->writer ? impl_->writer->statistics() : WriterStatistics{};
}

std::filesystem::path const& Database::directory() const noexcept {
    return impl_->directory;
}

bool Database::is_read_only() const noexcept {
    return impl_->writer == nullptr;
}

Environment Database::environment() const noexcept {
    return impl_->environment;
}

} // namespace loci::store
