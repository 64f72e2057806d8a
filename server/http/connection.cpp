#include "http/connection.hpp"
#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

namespace loci::server {

namespace {

using std::chrono::steady_clock;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable_t<Executor>{});

// Below it a body is read before anybody is asked whether it is wanted.
constexpr std::size_t small_body = 64 * 1024;

constexpr std::size_t read_step = 4 * 1024;
constexpr std::size_t body_step = 64 * 1024;

// Answers to pipelined requests are sent together up to this; a longer body is sent uncopied.
constexpr std::size_t output_limit = 32 * 1024;

constexpr std::string_view keep_alive_comment = ": keep-alive\n\n";

bool is_event_stream(Response const& response) {
    return response.content_type.rfind("text/event-stream", 0) == 0;
}

} // namespace

Connection::Connection(ShellState& state, ThreadState& thread, Socket socket, Origin origin)
    : state_(state)
    , thread_(thread)
    , origin_(origin)
    , socket_(std::move(socket), origin.tls, thread.counters)
    , wake_(thread.context)
    , parser_({.header = state.options.header_limit, .target = state.options.target_limit}) {
    peer_.peer_address = socket_.peer_address();
    peer_.peer_is_loopback = socket_.peer_is_loopback();
    peer_.listener_is_loopback = origin.listener_is_loopback;
    peer_.secure = socket_.is_secure();
    thread_.connections.insert(this);
}

Connection::~Connection() {
    thread_.connections.erase(this);
    state_.connection_ended(origin_.turned_away ? state_.turned_away : state_.connections);
}

void Connection::begin_stop() {
    if (idle_) {
        socket_.interrupt();
    }
}

Awaitable<void> Connection::live() {
    try {
        if (origin_.turned_away) {
            co_await turn_away();
        } else {
            co_await serve();
        }
    } catch (std::exception const& error) {
        state_.log.write(LogLevel::error, "a connection failed", {{"error", error.what()}});
    }
}

Awaitable<void> Connection::serve() {
    idle_ = true;
    bool const opened = co_await socket_.open(steady_clock::now() + state_.options.header_timeout);
    while (opened && co_await serve_request()) {
    }
    if (lingering_) {
        co_await socket_.close_gently(input_.prepare(body_step),
                                      steady_clock::now() + state_.options.linger_timeout);
    }
}

Awaitable<void> Connection::turn_away() {
    if (socket_.is_secure()) {
        co_return; // a handshake is what there is no room for
    }
    request_.begin(peer_);
    request_.take_head(state_);
    keep_alive_ = false;
    co_await respond(state_.refuse(request_.kept, Refusal::overloaded));
    co_await socket_.close_gently(input_.prepare(read_step),
                                  steady_clock::now() + state_.options.linger_timeout);
}

bool Connection::has_body() const noexcept {
    return parser_.is_chunked() || parser_.content_length() > 0;
}

Connection::Progress Connection::deny(Refusal refusal) {
    keep_alive_ = false;
    request_.denial = state_.refuse(request_.kept, refusal);
    return Progress::answer;
}

// After a read that brought nothing: too slow is answered, gone is gone.
Connection::Progress Connection::check_read(Refusal refusal) {
    if (!socket_.timed_out() || socket_.is_broken()) {
        return Progress::gone;
    }
    thread_.counters.timed_out();
    return deny(refusal);
}

Awaitable<bool> Connection::serve_request() {
    parser_.start();
    request_.begin(peer_);
    auto progress = co_await read_head();
    if (progress == Progress::gone) {
        co_return false;
    }
    if (progress == Progress::answer) {
        co_return co_await respond(std::move(*request_.denial));
    }
    keep_alive_ = parser_.keep_alive();
    if (auto preflight = state_.cors.preflight(request_.head)) {
        request_.plan.route = "OPTIONS preflight";
        co_return co_await respond_unread(std::move(*preflight));
    }
    request_.plan = state_.plan(request_.head);
    if (request_.plan.answer) {
        auto answer = std::move(*request_.plan.answer);
        request_.plan.answer.reset();
        co_return co_await respond_unread(std::move(answer));
    }
    std::string body;
    BodyShare share(state_);
    if (has_body()) {
        progress = co_await read_body(body, share);
        if (progress == Progress::gone) {
            co_return false;
        }
        if (progress == Progress::answer) {
            share.release();
            co_return co_await respond(std::move(*request_.denial));
        }
    }
    auto response = co_await handle(std::move(body));
    share.release();
    co_return co_await respond(std::move(response));
}

// While the server stops: what the kernel holds was sent in good faith and is answered.
bool Connection::nothing_more_comes() const {
    return state_.stopping.load() && !socket_.has_unread();
}

Awaitable<Connection::Progress> Connection::read_head() {
    auto const& options = state_.options;
    auto const patience = first_request_ ? options.header_timeout : options.idle_timeout;
    auto deadline = steady_clock::now() + patience;
    idle_ = true;
    for (;;) {
        if (!input_.empty()) {
            auto const step = parser_.parse_head(input_.text(), request_.head);
            input_.consume(step.consumed);
            if (step.state != RequestParser::State::more) {
                idle_ = false;
                first_request_ = false;
                request_.take_head(state_);
                co_return step.state == RequestParser::State::done ? Progress::go_on
                                                                   : deny(step.refusal);
            }
            if (idle_) {
                idle_ = false;
                deadline = steady_clock::now() + options.header_timeout;
            }
        }
        if ((!output_.empty() && !co_await flush()) || (idle_ && nothing_more_comes())) {
            co_return Progress::gone;
        }
        if (idle_) {
            input_.trim();
        }
        if (co_await receive(deadline)) {
            continue;
        }
        if (!idle_) {
            request_.take_head(state_);
            co_return check_read(Refusal::request_timeout);
        }
        if (socket_.timed_out() || !state_.stopping.load() || nothing_more_comes()) {
            co_return Progress::gone;
        }
    }
}

Awaitable<Connection::Progress> Connection::read_body(std::string& body, BodyShare& share) {
    auto const length = parser_.content_length();
    if (length > request_.plan.body_limit) {
        co_return deny(Refusal::body_too_large);
    }
    if (!output_.empty() && !co_await flush()) {
        co_return Progress::gone;
    }
    if (parser_.is_chunked() || length > small_body) {
        auto& pool = state_.pool(request_.plan.lane);
        if (!pool.try_reserve()) {
            co_return deny(Refusal::overloaded);
        }
        std::function<void()> work = [this] { request_.denial = state_.admit(request_.head); };
        if (!co_await in_lane(pool, std::move(work))) {
            co_return deny(Refusal::shutting_down);
        }
        if (request_.denial) {
            keep_alive_ = false;
            co_return Progress::answer;
        }
    }
    if (!share.grow_to(static_cast<std::size_t>(length))) {
        co_return deny(Refusal::overloaded);
    }
    if (parser_.expects_continue() && !parser_.is_http_1_0() && input_.empty()) {
        output_ += "HTTP/1.1 100 Continue\r\n\r\n";
        if (!co_await flush()) {
            co_return Progress::gone;
        }
    }
    if (parser_.is_chunked()) {
        co_return co_await read_chunked_body(body, share);
    }
    co_return co_await read_sized_body(body);
}

// Time beside `body_timeout` is earned by bytes, so that a trickle ends and a large body does not.
ClientSocket::Instant Connection::body_deadline(std::size_t received) const {
    auto const earned = std::chrono::milliseconds(
        received * 1000 / std::max<std::size_t>(state_.options.slowest_body, 1));
    return request_.started + state_.options.body_timeout + earned;
}

Awaitable<Connection::Progress> Connection::read_sized_body(std::string& body) {
    auto const length = static_cast<std::size_t>(parser_.content_length());
    request_.started = steady_clock::now();
    body.reserve(length);
    body = input_.text().substr(0, length);
    input_.consume(body.size());
    while (body.size() < length) {
        auto const have = body.size();
        body.resize(std::min(length, have + body_step));
        auto const count = co_await socket_.receive(
            std::span(body.data() + have, body.size() - have), body_deadline(have));
        body.resize(have + count);
        if (count == 0) {
            co_return check_read(Refusal::request_timeout);
        }
    }
    co_return Progress::go_on;
}

Awaitable<Connection::Progress> Connection::read_chunked_body(std::string& body, BodyShare& share) {
    std::size_t received = 0;
    request_.started = steady_clock::now();
    for (;;) {
        auto const before = input_.size();
        auto const step = parser_.parse_chunks(input_.text(), body);
        input_.consume(step.consumed);
        received += before - input_.size();
        if (step.state == RequestParser::State::refused) {
            co_return deny(step.refusal);
        }
        if (body.size() > request_.plan.body_limit) {
            co_return deny(Refusal::body_too_large);
        }
        if (!share.grow_to(body.size())) {
            co_return deny(Refusal::overloaded);
        }
        if (step.state == RequestParser::State::done) {
            co_return Progress::go_on;
        }
        if (!co_await receive(body_deadline(received))) {
            co_return check_read(Refusal::request_timeout);
        }
    }
}

Awaitable<Response> Connection::handle(std::string body) {
    if (request_.plan.lane == Lane::immediate) {
        co_return state_.handle({.head = std::move(request_.head), .body = std::move(body)},
                                request_.kept, request_.plan.route);
    }
    auto& pool = state_.pool(request_.plan.lane);
    if (!pool.try_reserve()) {
        co_return state_.refuse(request_.kept, Refusal::overloaded);
    }
    // Answers of former requests must not wait for this one.
    if (!output_.empty()) {
        co_await flush();
    }
    Response response;
    std::function<void()> work = [this, &response, &body] {
        response = state_.handle({.head = std::move(request_.head), .body = std::move(body)},
                                 request_.kept, request_.plan.route);
    };
    if (!co_await in_lane(pool, std::move(work))) {
        response = state_.refuse(request_.kept, Refusal::shutting_down);
    }
    co_return response;
}

void Connection::start_lane_job(WorkerPool& pool, std::function<void()> work) {
    lane_done_ = false;
    lane_ran_ = false;
    pool.submit([this, work = std::move(work)](bool run) {
        if (run) {
            work();
        }
        asio::post(thread_.context, [this, run] {
            lane_done_ = true;
            lane_ran_ = run;
            wake_.cancel();
        });
    });
}

// False when the lane gave up its queue. The place in it must be reserved.
Awaitable<bool> Connection::in_lane(WorkerPool& pool, std::function<void()> work) {
    start_lane_job(pool, std::move(work));
    while (!lane_done_) {
        wake_.expires_at(steady_clock::time_point::max());
        co_await wake_.async_wait(as_result);
    }
    co_return lane_ran_;
}

// An answer before the body was read: a small one is skipped, else the connection ends.
Awaitable<bool> Connection::respond_unread(Response response) {
    auto const length = parser_.content_length();
    bool const skippable =
        !parser_.is_chunked() && length <= small_body && !parser_.expects_continue();
    keep_alive_ = keep_alive_ && skippable;
    if (!co_await respond(std::move(response))) {
        co_return false;
    }
    co_return length == 0 || co_await discard_body(length);
}

Awaitable<bool> Connection::discard_body(std::uint64_t length) {
    auto left = static_cast<std::size_t>(length);
    if (!co_await flush()) {
        co_return false;
    }
    auto const deadline = steady_clock::now() + state_.options.body_timeout;
    for (;;) {
        auto const count = std::min(left, input_.size());
        input_.consume(count);
        left -= count;
        if (left == 0) {
            co_return true;
        }
        if (!co_await receive(deadline)) {
            co_return false;
        }
    }
}

Framing Connection::frame(Response const& response) {
    auto framing = may_have_body(response.status) ? Framing::length : Framing::none;
    if (framing == Framing::length && response.stream) {
        framing = parser_.is_http_1_0() ? Framing::until_close : Framing::chunked;
    }
    bool const last = state_.stopping.load(std::memory_order_relaxed) && input_.empty();
    keep_alive_ = keep_alive_ && framing != Framing::until_close && !last;
    lingering_ = !keep_alive_;
    return framing;
}

Awaitable<bool> Connection::respond(Response response) {
    if (socket_.is_broken()) {
        request_.report(state_, thread_.counters, response.status, 0);
        co_return false;
    }
    state_.cors.add_to(response, request_.cors_origin ? &*request_.cors_origin : nullptr);
    auto const framing = frame(response);
    append_head(output_, response,
                {.server = state_.options.name,
                 .date = thread_.date.at(thread_.clock.now()),
                 .request_id = request_.kept.request_id,
                 .framing = framing,
                 .length = response.body.size(),
                 .keep_alive = keep_alive_,
                 .http_1_0 = parser_.is_http_1_0()});
    bool const with_body = framing != Framing::none && request_.kept.method != "HEAD";
    if (response.stream) {
        if (!co_await send_stream(response, framing, with_body)) {
            co_return false;
        }
    } else {
        request_.report(state_, thread_.counters, response.status,
                        with_body ? response.body.size() : 0);
        if (with_body && response.body.size() > output_limit) {
            co_return co_await flush(response.body) && keep_alive_;
        }
        output_ += with_body ? std::string_view(response.body) : std::string_view{};
    }
    bool const due = !keep_alive_ || input_.empty() || output_.size() > output_limit;
    if (due && !output_.empty() && !co_await flush()) {
        co_return false;
    }
    co_return keep_alive_;
}

// The next piece; while it takes long, an event stream says that it lives.
Awaitable<Result<std::optional<std::string>>> Connection::pull(BodyStream& stream, bool events,
                                                               bool chunked) {
    Result<std::optional<std::string>> piece = std::optional<std::string>{};
    auto& pool = state_.pool(request_.plan.lane);
    pool.reserve();
    std::function<void()> work = [this, &stream, &piece] {
        piece = state_.next(stream, request_.kept, request_.plan.route);
    };
    start_lane_job(pool, std::move(work));
    bool alive = true;
    while (!lane_done_) {
        wake_.expires_after(state_.options.stream_keep_alive);
        co_await wake_.async_wait(as_result);
        if (!lane_done_ && events && alive) {
            if (chunked) {
                append_chunk(output_, keep_alive_comment);
            }
            alive = co_await flush(chunked ? std::string_view{} : keep_alive_comment);
        }
    }
    if (!alive || !lane_ran_) {
        co_return Error{.kind = ErrorKind::unavailable, .reason = "CLIENT_GONE", .message = {}};
    }
    co_return piece;
}

Awaitable<bool> Connection::send_stream(Response& response, Framing framing, bool with_body) {
    // The head must not wait for the first piece.
    std::uint64_t bytes = 0;
    bool const sent =
        co_await flush() && (!with_body || co_await send_pieces(response, framing, bytes));
    // The stream's end may close a snapshot: not on an I/O thread.
    auto& pool = state_.pool(request_.plan.lane);
    pool.reserve();
    std::function<void()> end = [&response] { response.stream.reset(); };
    co_await in_lane(pool, std::move(end));
    request_.report(state_, thread_.counters, response.status, bytes);
    co_return sent;
}

Awaitable<bool> Connection::send_pieces(Response const& response, Framing framing,
                                        std::uint64_t& bytes) {
    bool const chunked = framing == Framing::chunked;
    bool const events = is_event_stream(response);
    for (;;) {
        auto const piece = co_await pull(*response.stream, events, chunked);
        if (!piece || socket_.is_broken() || socket_.client_left(events)) {
            socket_.break_off();
            co_return false;
        }
        if (!piece->has_value() || (events && state_.stopping.load())) {
            break;
        }
        std::string_view const text = **piece;
        if (text.empty()) {
            continue; // an empty chunk would end the body
        }
        bytes += text.size();
        if (chunked) {
            append_chunk(output_, text);
        }
        if (!co_await flush(chunked ? std::string_view{} : text)) {
            co_return false;
        }
    }
    output_ += chunked ? last_chunk : std::string_view{};
    co_return true;
}

Awaitable<bool> Connection::receive(ClientSocket::Instant deadline) {
    auto const count = co_await socket_.receive(input_.prepare(read_step), deadline);
    input_.commit(count);
    co_return count > 0;
}

// Sends what is due, then `body`.
Awaitable<bool> Connection::flush(std::string_view body) {
    bool const sent = co_await socket_.send(output_, body, state_.options.write_timeout);
    output_.clear();
    if (output_.capacity() > 2 * output_limit) {
        output_.shrink_to_fit();
    }
    co_return sent;
}

} // namespace loci::server
