#include "store/writer.hpp"

#include <utility>

// A group is one transaction for many callers. Each closure has a savepoint; the store's own rows
// (ledger) and the soft facts that wait are written last; then one commit makes all durable. When a
// failure has ended the transaction as a whole, nothing of the group is in the file: each of its
// closures runs once more in a transaction of its own, so that only the guilty one fails.

namespace loci::store {
namespace {

constexpr std::size_t many_soft_facts = 4096;

Error stopped_error() {
    return {.kind = ErrorKind::unavailable,
            .reason = "STORE_STOPPED",
            .message = "the writer has stopped; open the database again"};
}

Error unexpected(char const* what) {
    return {.kind = ErrorKind::internal, .reason = "STORE_INVARIANT", .message = what};
}

} // namespace

struct Writer::Job {
    WriteClosure const* closure = nullptr;
    std::function<void(Maintenance&)> const* maintenance = nullptr;
    Deadline deadline{};
    std::optional<Error> error{};

    std::mutex mutex{};
    std::condition_variable ended{};
    bool is_ended = false;

    void await() {
        std::unique_lock lock{mutex};
        ended.wait(lock, [&] { return is_ended; });
    }

    // Notifies with the mutex held: the job is on its caller's stack and gone right after.
    void end() {
        std::scoped_lock const lock{mutex};
        is_ended = true;
        ended.notify_one();
    }
};

Writer::Writer(std::unique_ptr<Connection> connection, Clock const& clock, Options const& options)
    : connection_(std::move(connection))
    , clock_(clock)
    , queue_limit_(options.queue_limit)
    , group_closures_(options.group_closures)
    , group_bytes_(options.group_bytes)
    , soft_fact_delay_(options.soft_fact_delay)
    , ledger_(*connection_, {options.change_log_age, options.change_log_rows})
    , state_{*connection_, &ledger_}
    , transaction_(state_) {
    ledger_.load();
    thread_ = std::thread{[this] { work(); }};
}

Writer::~Writer() {
    std::optional<std::stop_source> alarm;
    {
        std::scoped_lock const lock{mutex_};
        closing_ = true;
        alarm = alarm_;
    }
    wake(std::move(alarm));
    thread_.join();
}

std::optional<Error> Writer::write(WriteClosure const& closure, Deadline deadline) {
    Job job;
    job.closure = &closure;
    job.deadline = deadline;
    return submit(job);
}

std::optional<Error> Writer::maintain(std::function<void(Maintenance&)> const& work) {
    Job job;
    job.maintenance = &work;
    return submit(job);
}

std::optional<Error> Writer::submit(Job& job) {
    if (std::this_thread::get_id() == thread_.get_id()) {
        return unexpected("a closure called the database that runs it");
    }
    std::optional<std::stop_source> alarm;
    {
        std::scoped_lock const lock{mutex_};
        if (closing_ || stopped_) {
            return stopped_error();
        }
        if (queue_.size() >= queue_limit_) {
            ++counters_.refused_queue_full;
            return Error{.kind = ErrorKind::unavailable,
                         .reason = "QUEUE_FULL",
                         .message = "too many writes are waiting"};
        }
        queue_.push_back(&job);
        alarm = alarm_;
    }
    wake(std::move(alarm));
    job.await();
    return std::move(job.error);
}

void Writer::note_softly(std::string key, SoftClosure closure) {
    auto const due = clock_.now() + soft_fact_delay_;
    std::optional<std::stop_source> alarm;
    {
        std::scoped_lock const lock{mutex_};
        if (stopped_) {
            return;
        }
        soft_facts_.insert_or_assign(std::move(key), std::move(closure));
        if (!soft_due_) {
            soft_due_ = due;
        } else if (soft_facts_.size() == many_soft_facts) {
            soft_due_ = Timestamp::min();
            alarm = alarm_;
        } else {
            return; // the writer knows already when to wake
        }
    }
    wake(std::move(alarm));
}

void Writer::wake(std::optional<std::stop_source> alarm) {
    waiting_for_jobs_.notify_one();
    if (alarm) {
        alarm->request_stop();
    }
}

WriterStatistics Writer::statistics() const {
    std::scoped_lock const lock{mutex_};
    auto counters = counters_;
    counters.waiting = queue_.size();
    return counters;
}

void Writer::work() {
    std::unique_lock lock{mutex_};
    while (wait_for_work(lock)) {
        auto* const first = queue_.empty() ? nullptr : queue_.front();
        if (first != nullptr && first->maintenance != nullptr) {
            queue_.pop_front();
            lock.unlock();
            run_maintenance(*first);
        } else {
            lock.unlock();
            run_group();
        }
        lock.lock();
        if (failed_for_good_) {
            break;
        }
    }
    lock.unlock();
    close();
}

/// True: jobs wait, or soft facts are due. False: closing, and nothing is left.
bool Writer::wait_for_work(std::unique_lock<std::mutex>& lock) {
    while (queue_.empty()) {
        if (closing_) {
            return soft_due_.has_value();
        }
        if (!soft_due_) {
            waiting_for_jobs_.wait(
                lock, [&] { return closing_ || !queue_.empty() || soft_due_.has_value(); });
            continue;
        }
        auto const due = *soft_due_;
        std::stop_source const alarm;
        alarm_ = alarm;
        lock.unlock();
        auto const reached = clock_.wait_until(alarm.get_token(), due);
        lock.lock();
        alarm_.reset();
        if (reached) {
            return true;
        }
    }
    return true;
}

Writer::Job* Writer::take() {
    std::scoped_lock const lock{mutex_};
    if (queue_.empty() || queue_.front()->maintenance != nullptr) {
        return nullptr;
    }
    auto* const job = queue_.front();
    queue_.pop_front();
    return job;
}

void Writer::run_group() {
    std::vector<Job*> members;
    auto const next = [&]() -> Job* {
        if (members.size() >= group_closures_ || state_.accounted >= group_bytes_) {
            return nullptr;
        }
        auto* const job = take();
        if (job != nullptr) {
            members.push_back(job);
        }
        return job;
    };
    switch (transact(next, true)) {
    case Fate::committed:
        finish(members);
        break;
    case Fate::unknown:
        finish_all(members, *loss_);
        break;
    case Fate::lost:
        drop_soft_facts();
        if (members.empty()) {
            next(); // the transaction did not even begin: let one caller know why
        }
        for (auto* const job : members) {
            run_alone(*job);
        }
        break;
    }
    if (!failed_for_good_) {
        try {
            connection_->maintenance().shorten_log();
        } catch (EngineError const&) { // the log stays long until the next commit tries again
        }
    }
}

void Writer::run_alone(Job& job) {
    if (failed_for_good_) {
        finish_all({&job}, stopped_error());
        return;
    }
    job.error.reset();
    bool taken = false;
    auto const next = [&] { return std::exchange(taken, true) ? nullptr : &job; };
    if (transact(next, false) == Fate::committed) {
        finish({&job});
    } else {
        finish_all({&job}, *loss_);
    }
}

void Writer::run_maintenance(Job& job) {
    try {
        (*job.maintenance)(connection_->maintenance());
    } catch (EngineError const& error) {
        job.error = to_error(error);
    } catch (std::exception const&) {
        job.error = unexpected("maintenance ended by an exception");
    }
    job.end();
}

Writer::Fate Writer::transact(Source const& next, bool with_soft_facts) {
    state_.accounted = 0;
    group_wrote_ = false;
    try {
        connection_->begin_write();
    } catch (EngineError const& error) {
        loss_ = to_error(error);
        abandon();
        return Fate::lost;
    }
    while (auto* const job = next()) {
        if (!run(*job)) {
            abandon();
            return Fate::lost;
        }
    }
    if (with_soft_facts && !run_soft_facts()) {
        abandon();
        return Fate::lost;
    }
    return commit();
}

/// False when the transaction is lost as a whole.
bool Writer::run(Job& job) {
    auto const now = clock_.now();
    if (job.deadline && *job.deadline <= now) {
        job.error = Error{.kind = ErrorKind::unavailable,
                          .reason = "DEADLINE_PASSED",
                          .message = "the deadline passed before the write could start"};
        return true;
    }
    ledger_.begin_closure(now);
    state_.now = ledger_.now();
    auto const accounted = state_.accounted;
    try {
        connection_->savepoint();
        auto const writes_before = connection_->writes();
        auto ending = (*job.closure)(transaction_);
        job.error = std::move(ending.error);
        if (!connection_->in_transaction()) {
            throw EngineError(Failure::other, "a closure went on after a failure of the engine");
        }
        if (ending.keeps_rows) {
            connection_->release();
            ledger_.keep_closure();
            group_wrote_ = group_wrote_ || connection_->writes() != writes_before;
            return true;
        }
    } catch (EngineError const& error) {
        job.error = to_error(error);
        loss_ = job.error;
    } catch (InvariantError const& error) {
        job.error = unexpected(error.what());
    } catch (...) {
        job.error = unexpected("a closure ended by an exception");
    }
    state_.accounted = accounted;
    return undo();
}

bool Writer::undo() {
    ledger_.undo_closure();
    if (!connection_->in_transaction()) {
        return false;
    }
    try {
        connection_->roll_back_to_savepoint();
    } catch (EngineError const& error) {
        loss_ = to_error(error);
        return false;
    }
    return true;
}

/// Promised to no one; kept, they could lose the next group as well.
void Writer::drop_soft_facts() {
    std::scoped_lock const lock{mutex_};
    soft_facts_.clear();
    soft_due_.reset();
}

bool Writer::run_soft_facts() {
    std::map<std::string, SoftClosure, std::less<>> facts;
    {
        std::scoped_lock const lock{mutex_};
        facts.swap(soft_facts_);
        soft_due_.reset();
    }
    for (auto const& fact : facts) {
        WriteClosure const runs = [&](WriteTransaction& transaction) {
            fact.second(transaction);
            return Ending{};
        };
        Job job;
        job.closure = &runs;
        if (!run(job)) {
            return false;
        }
    }
    return true;
}

Writer::Fate Writer::commit() {
    if (!group_wrote_ && !ledger_.is_dirty()) {
        connection_->rollback(); // nothing to make durable
        ledger_.committed();
        return Fate::committed;
    }
    try {
        ledger_.flush();
    } catch (EngineError const& error) {
        loss_ = to_error(error);
        abandon();
        return Fate::lost;
    }
    try {
        connection_->commit();
    } catch (EngineError const& error) {
        if (error.failure() == Failure::full) {
            // The record that ends a transaction did not fit: it is certain that nothing counts.
            loss_ = to_error(error);
            abandon();
            return Fate::lost;
        }
        loss_ = Error{.kind = ErrorKind::unknown_outcome,
                      .reason = "COMMIT_UNKNOWN",
                      .message = std::string{"the commit itself failed: "} + error.what()};
        stop_for_good();
        return Fate::unknown;
    }
    {
        std::scoped_lock const lock{mutex_};
        ++counters_.commits;
    }
    if (ledger_.committed()) {
        subscriptions_.tell(ledger_.last_change());
    }
    return Fate::committed;
}

void Writer::abandon() {
    connection_->rollback();
    try {
        ledger_.load();
    } catch (EngineError const& error) {
        loss_ = to_error(error);
        stop_for_good();
    }
}

void Writer::finish(std::vector<Job*> const& jobs) {
    {
        std::scoped_lock const lock{mutex_};
        counters_.closures += jobs.size();
    }
    for (auto* const job : jobs) {
        job->end();
    }
}

void Writer::finish_all(std::vector<Job*> const& jobs, Error const& error) {
    for (auto* const job : jobs) {
        job->error = error;
    }
    finish(jobs);
}

void Writer::stop_for_good() {
    failed_for_good_ = true;
    connection_->rollback();
    std::deque<Job*> left;
    {
        std::scoped_lock const lock{mutex_};
        stopped_ = true;
        left.swap(queue_);
        soft_facts_.clear();
        soft_due_.reset();
    }
    finish_all({left.begin(), left.end()}, stopped_error());
}

void Writer::close() noexcept {
    if (failed_for_good_) {
        return;
    }
    try {
        connection_->maintenance().optimize();
    } catch (EngineError const&) { // statistics for the planner are a convenience
    }
}

} // namespace loci::store
