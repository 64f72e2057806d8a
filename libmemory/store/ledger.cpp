#include "store/ledger.hpp"

#include <algorithm>
#include <array>

namespace loci::store {
namespace {

constexpr Sql select_state{"SELECT last_change, last_commit_at FROM store_state WHERE only = 1"};
constexpr Sql update_state{
    "UPDATE store_state SET last_change = ?1, last_commit_at = ?2 WHERE only = 1"};
constexpr Sql select_sequence{"SELECT last FROM sequence WHERE name = ?1"};
constexpr Sql write_sequence{"INSERT INTO sequence (name, last) VALUES (?1, ?2)"
                             " ON CONFLICT (name) DO UPDATE SET last = excluded.last"};
constexpr Sql insert_change{
    "INSERT INTO change_log (number, at, tenant, user, kind, action, id, revision)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
constexpr Sql select_oldest{"SELECT number, at FROM change_log ORDER BY number LIMIT 1"};
constexpr Sql delete_oldest{
    "DELETE FROM change_log WHERE number <= ?1 AND (number <= ?2 OR at < ?3)"};

/// Rows that a commit prunes at most, besides as many as it adds.
constexpr std::int64_t prune_step = 256;

} // namespace

StoreState read_state(Connection& connection) {
    auto const row = connection.query(select_state.text(), {});
    if (!row->next()) {
        throw EngineError(Failure::corrupt, "the store's own row is missing");
    }
    return {row->integer(0), from_micros(row->integer(1))};
}

void Ledger::load() {
    auto const state = read_state(connection_);
    last_change_ = state.last_change;
    last_time_ = state.last_commit_time;
    sequences_.clear();
    dirty_sequences_.clear();
    undo_.clear();
    changes_.clear();
    actions_.clear();
    kept_changes_ = 0;
    kept_actions_ = 0;
    find_oldest();
}

void Ledger::find_oldest() {
    auto const oldest = connection_.query(select_oldest.text(), {});
    oldest_number_ = 0;
    if (oldest->next()) {
        oldest_number_ = oldest->integer(0);
        oldest_at_ = from_micros(oldest->integer(1));
    }
}

void Ledger::begin_closure(Timestamp clock) {
    now_ = std::max(clock, last_time_ + std::chrono::microseconds{1});
}

void Ledger::keep_closure() {
    last_time_ = now_;
    for (auto const& [name, before] : undo_) {
        dirty_sequences_[name] = value_of(name);
    }
    undo_.clear();
    kept_changes_ = changes_.size();
    kept_actions_ = actions_.size();
}

void Ledger::undo_closure() {
    for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) {
        value_of(step->first) = step->second;
    }
    undo_.clear();
    last_change_ -= static_cast<std::int64_t>(changes_.size() - kept_changes_);
    changes_.resize(kept_changes_);
    actions_.resize(kept_actions_);
}

std::int64_t& Ledger::value_of(std::string_view sequence) {
    auto found = sequences_.find(sequence);
    if (found == sequences_.end()) {
        std::array const name{Value{sequence}};
        auto const row = connection_.query(select_sequence.text(), name);
        auto const last = row->next() ? row->integer(0) : 0;
        found = sequences_.emplace(sequence, last).first;
    }
    return found->second;
}

std::int64_t Ledger::next(std::string_view sequence) {
    auto& value = value_of(sequence);
    auto const known =
        std::ranges::any_of(undo_, [&](auto const& step) { return step.first == sequence; });
    if (!known) {
        undo_.emplace_back(sequence, value);
    }
    return ++value;
}

std::int64_t Ledger::record(Change const& change) {
    changes_.push_back({last_change_ + 1, now_, change});
    return ++last_change_;
}

void Ledger::after_commit(std::function<void()> action) {
    actions_.push_back(std::move(action));
}

void Ledger::flush() {
    write_changes();
    for (auto const& [name, last] : dirty_sequences_) {
        std::array const values{Value{name}, Value{last}};
        connection_.execute(write_sequence.text(), values);
    }
    std::array const state{Value{last_change_}, Value{last_time_}};
    connection_.execute(update_state.text(), state);
}

void Ledger::write_changes() {
    for (auto const& [number, at, change] : changes_) {
        std::array const values{Value{number},        Value{at},
                                Value{change.tenant}, Value{change.user},
                                Value{change.kind},   Value{change.action},
                                Value{change.id},     Value{change.revision}};
        connection_.execute(insert_change.text(), values);
    }
    if (changes_.empty()) {
        return;
    }
    if (oldest_number_ == 0) {
        oldest_number_ = changes_.front().number;
        oldest_at_ = changes_.front().at;
    }
    prune();
}

void Ledger::prune() {
    auto const first_kept_number = last_change_ - retention_.rows + 1;
    auto const first_kept_at = last_time_ - retention_.age;
    if (oldest_number_ >= first_kept_number && oldest_at_ >= first_kept_at) {
        return;
    }
    auto const step = prune_step + static_cast<std::int64_t>(changes_.size());
    std::array const values{Value{oldest_number_ + step - 1}, Value{first_kept_number - 1},
                            Value{first_kept_at}};
    connection_.execute(delete_oldest.text(), values);
    find_oldest();
}

bool Ledger::committed() {
    auto const recorded = !changes_.empty();
    changes_.clear();
    kept_changes_ = 0;
    dirty_sequences_.clear();
    auto const actions = std::exchange(actions_, {});
    kept_actions_ = 0;
    for (auto const& action : actions) {
        action();
    }
    return recorded;
}

} // namespace loci::store
