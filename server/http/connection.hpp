#pragma once
#include "http/answer_text.hpp"
#include "http/input_buffer.hpp"
#include "http/request_parser.hpp"
#include "http/shell_state.hpp"
// The plain executor of one io_context instead of Asio's type-erased one: quicker to run and to
// compile, and a connection never changes its thread. See server.cpp for the compile costs.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>

namespace loci::server {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;
template <class T>
using Awaitable = asio::awaitable<T, Executor>;

class Connection;

/// What the connections of one I/O thread share; touched on that thread alone, but for `counters`.
struct ThreadState {
    explicit ThreadState(Clock const& given)
        : clock(given) {}

    Clock const& clock;
    asio::io_context context{1};
    Counters counters;
    std::unordered_set<Connection*> connections;

    /// `Date`, written anew once a second.
    std::string const& date();

private:
    std::chrono::sys_seconds second_{};
    std::string date_;
};

/// One client's connection: reads requests, has them answered, in order.
///
/// Threads: everything on its I/O thread; handlers see only copies.
class Connection final {
public:
    struct Origin {
        bool listener_is_loopback = false;
        asio::ssl::context* tls = nullptr; ///< null: plain
        bool turned_away = false;          ///< one too many: gets a 503 only
    };

    Connection(ShellState& state, ThreadState& thread, Socket socket, Origin origin);
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;
    ~Connection();

    /// The whole life of the connection.
    Awaitable<void> live();

    /// Ends a wait whose time is over.
    void check(std::chrono::steady_clock::time_point now);

    /// Closes when nothing was asked that is not answered; else after the answer.
    void begin_stop();

    /// Closes at once.
    void break_off();

private:
    enum class Progress { go_on, answer, gone }; // `answer`: `denial_` says what

    Awaitable<void> serve();
    Awaitable<void> turn_away();
    Awaitable<bool> serve_request();
    Awaitable<Progress> read_head();
    Awaitable<Progress> read_body(std::string& body, BodyShare& share);
    Awaitable<Progress> read_sized_body(std::string& body);
    Awaitable<Progress> read_chunked_body(std::string& body, BodyShare& share);
    Awaitable<bool> discard_body(std::uint64_t length);
    Awaitable<Response> handle(std::string body);
    Awaitable<bool> respond(Response response);
    Awaitable<bool> respond_unread(Response response);
    Awaitable<bool> send_stream(BodyStream& stream, Framing framing, bool events);
    Awaitable<Result<std::optional<std::string>>> pull(BodyStream& stream, bool events);
    Awaitable<bool> in_lane(WorkerPool& pool, std::function<void()> work);
    Awaitable<bool> receive();
    Awaitable<std::size_t> receive_into(std::span<char> room);
    Awaitable<bool> flush(std::string_view body = {});
    Awaitable<void> close_gently();

    Progress deny(Refusal refusal);
    Progress check_read(Refusal refusal);
    void begin_request();
    void keep_head();
    bool has_body() const noexcept;
    bool is_waiting_for_more() const;
    bool client_left(bool events);
    void start_lane_job(WorkerPool& pool, std::function<void()> work);
    void report(int status, std::uint64_t bytes);
    std::size_t write_now(std::string_view first, std::string_view second);
    void expire_after(std::chrono::milliseconds time);
    std::chrono::steady_clock::time_point body_deadline(std::size_t received) const;

    ShellState& state_;
    ThreadState& thread_;
    Socket socket_;
    std::optional<asio::ssl::stream<Socket&>> tls_;
    Timer wake_; // a lane cancels it when its work is done
    Origin const origin_;
    std::string peer_address_;
    bool peer_is_loopback_ = false;

    InputBuffer input_;
    std::string output_; // answers not yet sent
    RequestParser parser_;

    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
    bool timed_out_ = false;
    bool idle_ = false; // waits for the first byte of a request
    bool broken_ = false;
    bool lane_done_ = true;
    bool lane_ran_ = false;

    // Of the request in hand.
    RequestHead head_;
    RequestHead kept_; // what of it is needed after `head_` has gone to the handler
    std::optional<std::string> cors_origin_;
    Plan plan_;
    std::optional<Response> denial_;
    std::chrono::steady_clock::time_point started_{};
    bool keep_alive_ = true;
    bool first_request_ = true;
};

} // namespace loci::server
