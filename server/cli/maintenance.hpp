#pragma once
#include "http/log.hpp"

#include <chrono>
#include <cstdint>
#include <loci/base/clock.hpp>
#include <loci/store/database.hpp>
#include <thread>

namespace loci::cli {

/// What a running server does by itself, on one thread: removes the bytes of erased memories from
/// the files, within seconds.
///
/// Lifetime: what it refers to must outlive it.
class Maintenance {
public:
    Maintenance(store::Database& database, Clock const& clock, server::Log log);
    Maintenance(Maintenance const&) = delete;
    Maintenance& operator=(Maintenance const&) = delete;
    ~Maintenance() = default;

    static constexpr std::chrono::seconds period{5};

    /// An erasure shortly before the last commit may not have been scrubbed when the process ended.
    static constexpr std::chrono::minutes look_back{10};

private:
    void work(std::stop_token const& stop);
    void look_for_erasures();
    void scrub();
    std::int64_t first_change_to_read();

    store::Database& database_;
    Clock const& clock_;
    server::Log log_;
    std::int64_t read_until_ = 0;
    bool scrub_is_due_ = false;
    std::jthread thread_; ///< last: it uses all of the above
};

} // namespace loci::cli
