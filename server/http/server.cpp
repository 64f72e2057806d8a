#include "http/server.hpp"
#include "http/answer_text.hpp"
#include "http/connection.hpp"
#include "http/listen_address.hpp"
#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <future>
#include <openssl/ssl.h>
#include <thread>

// Compile costs (g++ 12, -O2, two cores): connection.cpp 10 s, of which TLS is 3 s; this file 6 s;
// request_parser.cpp 4 s. Everything else of the server sees plain structs and costs 1 to 3 s.
// Hence: no Beast streams or messages (their composed operations alone cost as much again), one
// concrete executor, TLS as an optional layer of the same connection instead of a second
// instantiation.

namespace loci::server {

namespace {

using std::chrono::steady_clock;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable_t<Executor>{});
constexpr int backlog = 4096;

// Clients beyond the limit that may linger over their 503; more are sent it and closed at once.
constexpr std::size_t most_turned_away = 1024;

constexpr std::chrono::milliseconds accept_pause{50};

struct Listener {
    Listener(ThreadState& thread, bool is_loopback)
        : acceptor(thread.context)
        , pause(thread.context)
        , loopback(is_loopback) {}

    Acceptor acceptor;
    Timer pause;
    bool loopback;
};

// A fraction of the shortest timeout, so that none is exceeded by much.
std::chrono::milliseconds sweep_period(ServerOptions const& options) {
    auto const shortest =
        std::min({options.header_timeout, options.body_timeout, options.idle_timeout,
                  options.write_timeout, options.linger_timeout});
    return std::clamp(shortest / 8, std::chrono::milliseconds{5}, std::chrono::milliseconds{500});
}

// One event loop, one thread.
class IoThread final {
public:
    IoThread(Clock const& clock, ServerOptions const& options)
        : state(clock)
        , period_(sweep_period(options))
        , sweep_(state.context)
        , guard_(asio::make_work_guard(state.context)) {}

    void start(std::size_t number, Log const& log) {
        schedule_sweep();
        thread_ = std::thread([this, number, log] {
            name_this_thread(fmt::format("loci-io-{}", number));
            run(log);
        });
    }

    void join() {
        asio::post(state.context, [this] {
            joining_ = true;
            sweep_.cancel();
        });
        guard_.reset();
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    template <class Action>
    void for_each_connection(Action action) {
        asio::post(state.context, [this, action] {
            for (auto* connection : state.connections) {
                action(*connection);
            }
        });
    }

    ThreadState state;

private:
    void run(Log const& log) {
        for (;;) {
            try {
                state.context.run();
                return;
            } catch (std::exception const& error) {
                log.write(LogLevel::error, "an event failed", {{"error", error.what()}});
            }
        }
    }

    void schedule_sweep() {
        sweep_.expires_after(period_);
        sweep_.async_wait([this](boost::system::error_code error) {
            if (error || joining_) {
                return;
            }
            auto const now = steady_clock::now();
            for (auto* connection : state.connections) {
                connection->check(now);
            }
            schedule_sweep();
        });
    }

    std::chrono::milliseconds const period_;
    Timer sweep_;
    asio::executor_work_guard<Executor> guard_;
    std::thread thread_;
    bool joining_ = false;
};

Awaitable<void> live(std::unique_ptr<Connection> connection) {
    co_await connection->live();
}

Error unavailable(std::string reason, std::string message) {
    return {
        .kind = ErrorKind::unavailable, .reason = std::move(reason), .message = std::move(message)};
}

} // namespace

class Server::Impl {
public:
    Impl(ServerOptions options, Service& service, Environment environment, Log log)
        : state_(std::move(options), service, environment, std::move(log)) {}

    Result<void> start();
    void stop();
    ServerStatistics statistics() const;

    std::vector<std::uint16_t> ports() const { return ports_; }

private:
    Result<void> load_certificate();
    Result<void> listen(std::string const& text);
    Awaitable<void> accept(Listener& listener);
    void place(Socket socket, Listener const& listener, IoThread& thread);
    void dismiss(Socket& socket);
    void stop_accepting();
    IoThread& next_thread();

    ShellState state_;
    std::unique_ptr<asio::ssl::context> tls_;
    std::vector<std::unique_ptr<IoThread>> threads_;
    std::vector<std::unique_ptr<Listener>> listeners_; // after the threads: destroyed first
    std::vector<std::uint16_t> ports_;
    std::size_t next_ = 0; // touched on the first I/O thread alone
    bool started_ = false;
    std::mutex stop_mutex_; // one stop at a time
};

Result<void> Server::Impl::load_certificate() {
    auto const& options = state_.options;
    if (options.certificate_file.empty() && options.key_file.empty()) {
        return {};
    }
    tls_ = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(tls_->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(tls_->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    boost::system::error_code error;
    tls_->use_certificate_chain_file(options.certificate_file, error);
    if (error) {
        return invalid_field("certificate_file", "file", "is no readable PEM certificate chain");
    }
    tls_->use_private_key_file(options.key_file, asio::ssl::context::pem, error);
    if (error) {
        return invalid_field("key_file", "file",
                             "is no readable PEM key, or not the certificate's");
    }
    return {};
}

Result<void> Server::Impl::listen(std::string const& text) {
    auto const parsed = parse_listen_address(text);
    if (!parsed) {
        return parsed.error();
    }
    auto const address = asio::ip::make_address(parsed->host);
    asio::ip::tcp::endpoint const endpoint(address, parsed->port);
    auto listener = std::make_unique<Listener>(threads_.front()->state, address.is_loopback());
    auto& acceptor = listener->acceptor;
    boost::system::error_code error;
    auto const step = [&](auto&& action) {
        if (!error) {
            action();
        }
    };
    step([&] { acceptor.open(endpoint.protocol(), error); });
    step([&] { acceptor.set_option(asio::socket_base::reuse_address(true), error); });
    if (address.is_v6()) {
        step([&] { acceptor.set_option(asio::ip::v6_only(true), error); });
    }
    step([&] { acceptor.bind(endpoint, error); });
    step([&] { acceptor.listen(backlog, error); });
    step([&] { acceptor.non_blocking(true, error); });
    if (error) {
        return unavailable("LISTEN_FAILED",
                           fmt::format("cannot listen on {}: {}", text, error.message()));
    }
    ports_.push_back(acceptor.local_endpoint().port());
    listeners_.push_back(std::move(listener));
    return {};
}

Result<void> Server::Impl::start() {
    if (started_) {
        return unavailable("ALREADY_STARTED", "the server was started before");
    }
    if (auto loaded = load_certificate(); !loaded) {
        return loaded;
    }
    for (std::size_t i = 0; i < std::max<std::size_t>(state_.options.io_threads, 1); ++i) {
        threads_.push_back(std::make_unique<IoThread>(state_.environment.clock, state_.options));
    }
    for (auto const& text : state_.options.listen) {
        if (auto listening = listen(text); !listening) {
            listeners_.clear();
            threads_.clear();
            ports_.clear();
            return listening;
        }
    }
    started_ = true;
    for (auto* pool : {&state_.read, &state_.write, &state_.outbound}) {
        pool->start();
    }
    for (auto const& listener : listeners_) {
        asio::co_spawn(threads_.front()->state.context, accept(*listener), asio::detached);
    }
    for (std::size_t i = 0; i < threads_.size(); ++i) {
        threads_[i]->start(i, state_.log);
    }
    return {};
}

IoThread& Server::Impl::next_thread() {
    next_ = (next_ + 1) % threads_.size();
    return *threads_[next_];
}

Awaitable<void> Server::Impl::accept(Listener& listener) {
    while (listener.acceptor.is_open()) {
        auto& thread = next_thread();
        Socket socket(thread.state.context);
        auto const [error] = co_await listener.acceptor.async_accept(socket, as_result);
        if (!error) {
            place(std::move(socket), listener, thread);
        } else if (error == asio::error::operation_aborted) {
            co_return;
        } else if (error != asio::error::connection_aborted) {
            // Out of descriptors or memory: who waits in the kernel's queue is served later.
            auto const failures = state_.accept_failures.fetch_add(1);
            if (failures % 100 == 0) {
                state_.log.write(LogLevel::warning, "connections cannot be accepted",
                                 {{"error", error.message()}});
            }
            listener.pause.expires_after(accept_pause);
            co_await listener.pause.async_wait(as_result);
        }
    }
}

void Server::Impl::place(Socket socket, Listener const& listener, IoThread& thread) {
    boost::system::error_code error;
    socket.non_blocking(true, error);
    socket.set_option(asio::ip::tcp::no_delay(true), error);
    bool const too_many = state_.connections.load() >= state_.options.max_connections;
    if (too_many) {
        state_.refused_connections.fetch_add(1);
        if (state_.turned_away.load() >= most_turned_away) {
            if (!tls_) {
                dismiss(socket);
            }
            return;
        }
    }
    state_.accepted.fetch_add(1);
    (too_many ? state_.turned_away : state_.connections).fetch_add(1);
    Connection::Origin const origin{
        .listener_is_loopback = listener.loopback, .tls = tls_.get(), .turned_away = too_many};
    asio::dispatch(
        thread.state.context, [this, &thread, origin, socket = std::move(socket)]() mutable {
            auto connection =
                std::make_unique<Connection>(state_, thread.state, std::move(socket), origin);
            asio::co_spawn(thread.state.context, live(std::move(connection)), asio::detached);
        });
}

// A 503 without waiting for anything. What has come already is taken out of the socket: closing on
// unread bytes sends a reset, which may overtake the answer.
void Server::Impl::dismiss(Socket& socket) {
    RequestHead head;
    head.request_id = state_.new_request_id();
    auto const response = state_.refuse(head, Refusal::overloaded);
    auto const date = http_date(state_.environment.clock.now());
    std::string answer;
    append_head(answer, response,
                {.server = state_.options.name,
                 .date = date,
                 .request_id = head.request_id,
                 .length = response.body.size(),
                 .keep_alive = false});
    answer += response.body;
    boost::system::error_code error;
    std::array<char, 4096> waste{};
    socket.read_some(asio::buffer(waste), error);
    socket.write_some(asio::buffer(answer), error);
    socket.shutdown(Socket::shutdown_send, error);
}

// On the first I/O thread. Who is in the kernel's queue was accepted as far as the client knows.
void Server::Impl::stop_accepting() {
    for (auto const& listener : listeners_) {
        for (int i = 0; i < backlog; ++i) {
            boost::system::error_code error;
            auto& thread = next_thread();
            Socket socket(thread.state.context);
            listener->acceptor.accept(socket, error);
            if (error) {
                break;
            }
            place(std::move(socket), *listener, thread);
        }
        boost::system::error_code error;
        listener->acceptor.close(error);
        listener->pause.cancel();
    }
}

void Server::Impl::stop() {
    std::lock_guard const lock(stop_mutex_);
    if (!started_ || state_.stopping.exchange(true)) {
        return;
    }
    std::promise<void> closed;
    asio::post(threads_.front()->state.context, [&] {
        stop_accepting();
        closed.set_value();
    });
    closed.get_future().wait();
    for (auto const& thread : threads_) {
        thread->for_each_connection([](Connection& connection) { connection.begin_stop(); });
    }
    if (!state_.wait_until_quiet(state_.options.stop_timeout)) {
        state_.log.write(LogLevel::warning, "stopping breaks connections off",
                         {{"connections", static_cast<std::int64_t>(state_.connections.load())}});
        for (auto* pool : {&state_.read, &state_.write, &state_.outbound}) {
            pool->abandon();
        }
        for (auto const& thread : threads_) {
            thread->for_each_connection([](Connection& connection) { connection.break_off(); });
        }
        while (!state_.wait_until_quiet(std::chrono::seconds{1})) {
        }
    }
    for (auto* pool : {&state_.read, &state_.write, &state_.outbound}) {
        pool->stop();
    }
    for (auto const& thread : threads_) {
        thread->join();
    }
}

ServerStatistics Server::Impl::statistics() const {
    ServerStatistics sum{.connections = state_.connections.load(),
                         .connections_accepted = state_.accepted.load(),
                         .connections_refused = state_.refused_connections.load(),
                         .accept_failures = state_.accept_failures.load(),
                         .body_bytes_in_flight = state_.body_bytes.load()};
    for (auto const* pool : {&state_.read, &state_.write, &state_.outbound}) {
        sum.lanes.push_back(pool->statistics());
    }
    state_.counters.add_to(sum);
    for (auto const& thread : threads_) {
        thread->state.counters.add_to(sum);
    }
    return sum;
}

Server::Server(ServerOptions options, Service& service, Environment environment, Log log)
    : impl_(std::make_unique<Impl>(std::move(options), service, environment, std::move(log))) {}

Server::~Server() {
    stop();
}

Result<void> Server::start() {
    return impl_->start();
}

std::vector<std::uint16_t> Server::ports() const {
    return impl_->ports();
}

void Server::stop() {
    impl_->stop();
}

ServerStatistics Server::statistics() const {
    return impl_->statistics();
}

} // namespace loci::server
