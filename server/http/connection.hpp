#pragma once
#include "http/answer_text.hpp"
#include "http/client_socket.hpp"
#include "http/exchange.hpp"
#include "http/input_buffer.hpp"
#include "http/request_parser.hpp"
#include "http/shell_state.hpp"
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>

namespace loci::server {

class Connection;

/// What the connections of one I/O thread share; touched on that thread alone, but for `counters`.
struct ThreadState {
    explicit ThreadState(Clock const& given)
        : clock(given) {}

    Clock const& clock;
    asio::io_context context{1};
    Counters counters;
    std::unordered_set<Connection*> connections;
    DateText date;
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
    void check(ClientSocket::Instant now) { socket_.check(now); }

    /// Closes when nothing was asked that is not answered; else after the answer.
    void begin_stop();

    /// Closes at once.
    void break_off() { socket_.break_off(); }

private:
    enum class Progress { go_on, answer, gone }; // `answer`: `request_.denial` says what

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
    Awaitable<bool> send_stream(Response& response, Framing framing, bool with_body);
    Awaitable<bool> send_pieces(Response const& response, Framing framing, std::uint64_t& bytes);
    Awaitable<Result<std::optional<std::string>>> pull(BodyStream& stream, bool events,
                                                       bool chunked);
    Awaitable<bool> in_lane(WorkerPool& pool, std::function<void()> work);
    Awaitable<bool> receive(ClientSocket::Instant deadline);
    Awaitable<bool> flush(std::string_view body = {});

    Progress deny(Refusal refusal);
    Progress check_read(Refusal refusal);
    bool has_body() const noexcept;
    Framing frame(Response const& response);
    bool nothing_more_comes() const;
    void start_lane_job(WorkerPool& pool, std::function<void()> work);
    ClientSocket::Instant body_deadline(std::size_t received) const;

    ShellState& state_;
    ThreadState& thread_;
    Origin const origin_;
    ClientSocket socket_;
    Timer wake_; // cancelled when a lane's work is done

    InputBuffer input_;
    std::string output_; // answers not yet sent
    RequestParser parser_;

    bool idle_ = false;      // waits for the first byte of a request, or a handshake
    bool lingering_ = false; // the client may still send, and must get the last answer
    bool lane_done_ = true;
    bool lane_ran_ = false;

    RequestHead peer_; // what every request of this connection has in common
    Exchange request_;
    bool keep_alive_ = true;
    bool first_request_ = true;
};

} // namespace loci::server
