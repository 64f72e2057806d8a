#include "cli/maintenance.hpp"

#include <algorithm>

namespace loci::cli {
namespace {

constexpr std::size_t changes_at_once = 1000;

} // namespace

Maintenance::Maintenance(store::Database& database, Clock const& clock, server::Log log)
    : database_(database)
    , clock_(clock)
    , log_(std::move(log))
    , thread_([this](std::stop_token const& stop) { work(stop); }) {}

void Maintenance::work(std::stop_token const& stop) {
    read_until_ = first_change_to_read();
    do {
        look_for_erasures();
        scrub();
    } while (clock_.wait_until(stop, clock_.now() + period));
}

/// Walks back from the newest change to where the look-back begins.
std::int64_t Maintenance::first_change_to_read() {
    std::int64_t newest = 0;
    Timestamp last_commit;
    auto const read = database_.read<store::Done>(
        [&](store::ReadTransaction& transaction) -> Result<store::Done> {
            newest = transaction.last_change();
            last_commit = transaction.last_commit_time();
            return store::Done{};
        });
    if (!read) {
        return 0;
    }
    auto first = newest;
    while (first > 0) {
        auto const earlier =
            std::max<std::int64_t>(0, first - static_cast<std::int64_t>(changes_at_once));
        auto const changes = database_.changes(earlier, changes_at_once);
        if (!changes || changes->empty() || changes->front().at < last_commit - look_back) {
            break;
        }
        first = earlier;
    }
    return first;
}

void Maintenance::look_for_erasures() {
    while (true) {
        auto const changes = database_.changes(read_until_, changes_at_once);
        if (!changes) {
            if (changes.error().reason == "CHANGES_EXPIRED") {
                scrub_is_due_ = true;
                read_until_ = first_change_to_read();
            }
            return;
        }
        for (auto const& logged : *changes) {
            scrub_is_due_ = scrub_is_due_ || logged.change.action == "erase";
            read_until_ = logged.number;
        }
        if (changes->size() < changes_at_once) {
            return;
        }
    }
}

void Maintenance::scrub() {
    if (!scrub_is_due_) {
        return;
    }
    auto const done = database_.scrub();
    if (done) {
        scrub_is_due_ = false;
    } else {
        log_.write(server::LogLevel::warning, "removing erased bytes has to wait",
                   {{"reason", std::string_view{done.error().reason}}});
    }
}

} // namespace loci::cli
