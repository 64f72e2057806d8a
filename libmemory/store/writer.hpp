#pragma once
#include "store/ledger.hpp"
#include "store/subscriptions.hpp"
#include "store/transaction_impl.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <loci/store/database.hpp>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

namespace loci::store {

/// How a closure ended.
struct Ending {
    bool keeps_rows = true;
    std::optional<Error> error{};
};

using WriteClosure = std::function<Ending(WriteTransaction&)>;
using SoftClosure = std::function<void(WriteTransaction&)>;

/// The one thread that writes, and the queue before it.
///
/// Threads: every function may be called from any thread at once, except inside a closure.
class Writer {
public:
    Writer(std::unique_ptr<Connection> connection, Clock const& clock, Options const& options);

    /// Finishes what waits, writes the soft facts, closes the connection.
    ~Writer();

    Writer(Writer const&) = delete;
    Writer& operator=(Writer const&) = delete;

    /// Blocks until the closure's fate is known.
    std::optional<Error> write(WriteClosure const& closure, Deadline deadline);
    void note_softly(std::string key, SoftClosure closure);

    /// Runs `work` on the writer's connection between two groups, outside any transaction.
    std::optional<Error> maintain(std::function<void(Maintenance&)> const& work);

    Subscriptions& subscriptions() noexcept { return subscriptions_; }

    WriterStatistics statistics() const;

private:
    struct Job;
    enum class Fate : std::uint8_t { committed, lost, unknown };
    using Source = std::function<Job*()>;

    std::optional<Error> submit(Job& job);
    void wake(std::optional<std::stop_source> alarm);
    void work();
    bool wait_for_work(std::unique_lock<std::mutex>& lock);
    Job* take();
    void run_group();
    void run_alone(Job& job);
    void run_maintenance(Job& job);
    Fate transact(Source const& next, bool with_soft_facts);
    bool run(Job& job);
    bool run_soft_facts();
    void drop_soft_facts();
    bool undo();
    Fate commit();
    void abandon();
    void finish(std::vector<Job*> const& jobs);
    void finish_all(std::vector<Job*> const& jobs, Error const& error);
    void stop_for_good();
    void close() noexcept;

    std::unique_ptr<Connection> connection_;
    Clock const& clock_;
    std::size_t const queue_limit_;
    std::size_t const group_closures_;
    std::size_t const group_bytes_;
    std::chrono::seconds const soft_fact_delay_;

    // The writer thread's own.
    Ledger ledger_;
    ReadTransaction::Impl state_;
    WriteTransaction transaction_;
    std::optional<Error> loss_; ///< why the last transaction was lost
    bool group_wrote_ = false;
    bool failed_for_good_ = false;

    Subscriptions subscriptions_;

    mutable std::mutex mutex_;
    std::condition_variable waiting_for_jobs_;
    std::deque<Job*> queue_;
    std::map<std::string, SoftClosure, std::less<>> soft_facts_;
    std::optional<Timestamp> soft_due_;
    std::optional<std::stop_source> alarm_; ///< set while the writer sleeps on the clock
    bool closing_ = false;
    bool stopped_ = false;
    WriterStatistics counters_;

    std::thread thread_;
};

} // namespace loci::store
