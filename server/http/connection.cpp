#include "http/connection.hpp"
#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <exception>
#include <sys/socket.h>
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

std::string const& ThreadState::date() {
    auto const second = std::chrono::floor<std::chrono::seconds>(clock.now());
    if (second != second_ || date_.empty()) {
        second_ = second;
        date_ = http_date(second);
    }
    return date_;
}

Connection::Connection(ShellState& state, ThreadState& thread, Socket socket, Origin origin)
    : state_(state)
    , thread_(thread)
    , socket_(std::move(socket))
    , wake_(thread.context)
    , origin_(origin)
    , parser_({.header = state.options.header_limit, .target = state.options.target_limit}) {
    boost::system::error_code error;
    auto address = socket_.remote_endpoint(error).address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    peer_address_ = error ? std::string{} : address.to_string();
    peer_is_loopback_ = !error && address.is_loopback();
    if (origin_.tls != nullptr) {
        tls_.emplace(socket_, *origin_.tls);
    }
    thread_.connections.insert(this);
}

Connection::~Connection() {
    thread_.connections.erase(this);
    boost::system::error_code error;
    socket_.close(error);
    state_.connection_ended(origin_.turned_away ? state_.turned_away : state_.connections);
}

void Connection::expire_after(std::chrono::milliseconds time) {
    timed_out_ = false;
    deadline_ = steady_clock::now() + time;
}

void Connection::check(steady_clock::time_point now) {
    if (now >= deadline_) {
        deadline_ = steady_clock::time_point::max();
        timed_out_ = true;
        if (!idle_) {
            thread_.counters.timed_out();
        }
        boost::system::error_code error;
        socket_.cancel(error);
    }
}

void Connection::begin_stop() {
    if (idle_) {
        boost::system::error_code error;
        socket_.cancel(error);
    }
}

void Connection::break_off() {
    broken_ = true;
    boost::system::error_code error;
    socket_.close(error);
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
    if (tls_) {
        expire_after(state_.options.header_timeout);
        auto const [error] =
            co_await tls_->async_handshake(asio::ssl::stream_base::server, as_result);
        if (error) {
            co_return;
        }
    }
    while (co_await serve_request()) {
    }
    co_await close_gently();
}

Awaitable<void> Connection::turn_away() {
    if (tls_) {
        co_return; // a handshake is what there is no room for
    }
    begin_request();
    keep_head();
    keep_alive_ = false;
    plan_.route = "unplanned";
    co_await respond(state_.refuse(kept_, Refusal::overloaded));
    co_await close_gently();
}

void Connection::begin_request() {
    parser_.start();
    head_ = RequestHead{};
    head_.peer_address = peer_address_;
    head_.peer_is_loopback = peer_is_loopback_;
    head_.listener_is_loopback = origin_.listener_is_loopback;
    head_.secure = tls_.has_value();
    plan_.route = "unplanned";
    plan_.lane = Lane::read;
    denial_.reset();
}

// Before the head goes to the handler.
void Connection::keep_head() {
    started_ = steady_clock::now();
    auto const given = usable_request_id(head_);
    head_.request_id = given ? std::string(*given) : state_.new_request_id();
    kept_.method = head_.method;
    kept_.target = head_.target;
    kept_.peer_address = head_.peer_address;
    kept_.peer_is_loopback = head_.peer_is_loopback;
    kept_.listener_is_loopback = head_.listener_is_loopback;
    kept_.secure = head_.secure;
    kept_.request_id = head_.request_id;
    cors_origin_.reset();
    if (auto const* given_origin = head_.header("origin");
        given_origin != nullptr && !state_.options.cors_origins.empty()) {
        cors_origin_ = *given_origin;
    }
}

bool Connection::has_body() const noexcept {
    return parser_.is_chunked() || parser_.content_length() > 0;
}

Connection::Progress Connection::deny(Refusal refusal) {
    keep_alive_ = false;
    denial_ = state_.refuse(kept_, refusal);
    return Progress::answer;
}

// After a read that brought nothing: too slow is answered, gone is gone.
Connection::Progress Connection::check_read(Refusal refusal) {
    return timed_out_ && !broken_ ? deny(refusal) : Progress::gone;
}

Awaitable<bool> Connection::serve_request() {
    begin_request();
    auto progress = co_await read_head();
    if (progress == Progress::gone) {
        co_return false;
    }
    if (progress == Progress::answer) {
        co_return co_await respond(std::move(*denial_));
    }
    keep_alive_ = parser_.keep_alive();
    if (auto preflight = state_.cors.preflight(head_)) {
        plan_.route = "OPTIONS preflight";
        co_return co_await respond_unread(std::move(*preflight));
    }
    plan_ = state_.plan(head_);
    if (plan_.answer) {
        auto answer = std::move(*plan_.answer);
        plan_.answer.reset();
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
            co_return co_await respond(std::move(*denial_));
        }
    }
    auto response = co_await handle(std::move(body));
    share.release();
    co_return co_await respond(std::move(response));
}

bool Connection::is_waiting_for_more() const {
    boost::system::error_code error;
    return socket_.available(error) > 0 && !error;
}

Awaitable<Connection::Progress> Connection::read_head() {
    auto const& options = state_.options;
    bool begun = false;
    auto deadline = steady_clock::time_point::max();
    for (;;) {
        if (!input_.empty()) {
            auto const step = parser_.parse_head(input_.text(), head_);
            input_.consume(step.consumed);
            if (step.state == RequestParser::State::done) {
                first_request_ = false;
                keep_head();
                co_return Progress::go_on;
            }
            if (step.state == RequestParser::State::refused) {
                keep_head();
                co_return deny(step.refusal);
            }
            if (!begun && (step.consumed > 0 || !input_.empty())) {
                begun = true;
                deadline = steady_clock::now() + options.header_timeout;
            }
        }
        if (!output_.empty() && !co_await flush()) {
            co_return Progress::gone;
        }
        if (!begun && state_.stopping.load() && !is_waiting_for_more()) {
            co_return Progress::gone;
        }
        expire_after(first_request_ ? options.header_timeout : options.idle_timeout);
        deadline_ = begun ? deadline : deadline_;
        idle_ = !begun;
        bool const more = co_await receive();
        idle_ = false;
        if (more || (!begun && !timed_out_ && !broken_ && state_.stopping.load() &&
                     is_waiting_for_more())) {
            continue;
        }
        if (!begun) {
            co_return Progress::gone;
        }
        keep_head();
        co_return check_read(Refusal::request_timeout);
    }
}

Awaitable<Connection::Progress> Connection::read_body(std::string& body, BodyShare& share) {
    auto const length = parser_.content_length();
    if (length > plan_.body_limit || (parser_.is_chunked() && plan_.body_limit == 0)) {
        co_return deny(Refusal::body_too_large);
    }
    if (parser_.is_chunked() || length > small_body) {
        auto& pool = state_.pool(plan_.lane);
        if (!pool.try_reserve()) {
            co_return deny(Refusal::overloaded);
        }
        std::function<void()> work = [this] { denial_ = state_.admit(head_); };
        if (!co_await in_lane(pool, std::move(work))) {
            co_return deny(Refusal::shutting_down);
        }
        if (denial_) {
            keep_alive_ = false;
            co_return Progress::answer;
        }
    }
    if (!share.grow_to(static_cast<std::size_t>(length))) {
        co_return deny(Refusal::overloaded);
    }
    if (parser_.expects_continue() && !parser_.is_http_1_0() && input_.empty()) {
        output_ += "HTTP/1.1 100 Continue\r\n\r\n";
    }
    if (!output_.empty() && !co_await flush()) {
        co_return Progress::gone;
    }
    if (parser_.is_chunked()) {
        co_return co_await read_chunked_body(body, share);
    }
    co_return co_await read_sized_body(body);
}

// Time beside `body_timeout` is earned by bytes, so that a trickle ends and a large body does not.
steady_clock::time_point Connection::body_deadline(std::size_t received) const {
    auto const earned = std::chrono::milliseconds(
        received * 1000 / std::max<std::size_t>(state_.options.slowest_body, 1));
    return started_ + state_.options.body_timeout + earned;
}

Awaitable<Connection::Progress> Connection::read_sized_body(std::string& body) {
    auto const length = static_cast<std::size_t>(parser_.content_length());
    started_ = steady_clock::now();
    body.reserve(length);
    body = input_.text().substr(0, length);
    input_.consume(body.size());
    while (body.size() < length) {
        auto const have = body.size();
        body.resize(std::min(length, have + body_step));
        timed_out_ = false;
        deadline_ = body_deadline(have);
        auto const count = co_await receive_into(std::span(body.data() + have, body.size() - have));
        body.resize(have + count);
        if (count == 0) {
            co_return check_read(Refusal::request_timeout);
        }
    }
    co_return Progress::go_on;
}

Awaitable<Connection::Progress> Connection::read_chunked_body(std::string& body, BodyShare& share) {
    std::size_t received = 0;
    started_ = steady_clock::now();
    for (;;) {
        auto const before = input_.size();
        auto const step = parser_.parse_chunks(input_.text(), body);
        input_.consume(step.consumed);
        received += before - input_.size();
        if (step.state == RequestParser::State::refused) {
            co_return deny(step.refusal);
        }
        if (body.size() > plan_.body_limit) {
            co_return deny(Refusal::body_too_large);
        }
        if (!share.grow_to(body.size())) {
            co_return deny(Refusal::overloaded);
        }
        if (step.state == RequestParser::State::done) {
            co_return Progress::go_on;
        }
        timed_out_ = false;
        deadline_ = body_deadline(received);
        if (!co_await receive()) {
            co_return check_read(Refusal::request_timeout);
        }
    }
}

Awaitable<Response> Connection::handle(std::string body) {
    if (plan_.lane == Lane::immediate) {
        co_return state_.handle({.head = std::move(head_), .body = std::move(body)}, kept_,
                                plan_.route);
    }
    auto& pool = state_.pool(plan_.lane);
    if (!pool.try_reserve()) {
        co_return state_.refuse(kept_, Refusal::overloaded);
    }
    // Answers of former requests must not wait for this one.
    if (!output_.empty() && !co_await flush()) {
        broken_ = true;
    }
    Response response;
    std::function<void()> work = [this, &response, &body] {
        response =
            state_.handle({.head = std::move(head_), .body = std::move(body)}, kept_, plan_.route);
    };
    if (!co_await in_lane(pool, std::move(work))) {
        response = state_.refuse(kept_, Refusal::shutting_down);
    }
    co_return response;
}

void Connection::start_lane_job(WorkerPool& pool, std::function<void()> work) {
    lane_done_ = false;
    lane_ran_ = false;
    deadline_ = steady_clock::time_point::max();
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
    expire_after(state_.options.body_timeout);
    for (;;) {
        auto const count = std::min(left, input_.size());
        input_.consume(count);
        left -= count;
        if (left == 0) {
            co_return true;
        }
        if (!co_await receive()) {
            co_return false;
        }
    }
}

Awaitable<bool> Connection::respond(Response response) {
    if (broken_) {
        co_return false;
    }
    state_.cors.add_to(response, cors_origin_ ? &*cors_origin_ : nullptr);
    bool const body_allowed = may_have_body(response.status);
    bool const http_1_0 = parser_.is_http_1_0();
    auto framing = body_allowed ? Framing::length : Framing::none;
    if (body_allowed && response.stream) {
        framing = http_1_0 ? Framing::until_close : Framing::chunked;
    }
    keep_alive_ = keep_alive_ && framing != Framing::until_close &&
                  !(state_.stopping.load(std::memory_order_relaxed) && input_.empty());
    append_head(output_, response,
                {.server = state_.options.name,
                 .date = thread_.date(),
                 .request_id = kept_.request_id,
                 .framing = framing,
                 .length = response.body.size(),
                 .keep_alive = keep_alive_,
                 .http_1_0 = http_1_0});
    bool const with_body = body_allowed && kept_.method != "HEAD";
    if (response.stream) {
        auto& pool = state_.pool(plan_.lane);
        bool const sent = !with_body || co_await send_stream(*response.stream, framing,
                                                             is_event_stream(response));
        // Its end may close a snapshot: not on an I/O thread.
        pool.reserve();
        std::function<void()> end = [&response] { response.stream.reset(); };
        co_await in_lane(pool, std::move(end));
        report(response.status, 0);
        if (!sent) {
            co_return false;
        }
    } else {
        report(response.status, with_body ? response.body.size() : 0);
        if (with_body && response.body.size() > output_limit) {
            if (!co_await flush(response.body)) {
                co_return false;
            }
        } else if (with_body) {
            output_ += response.body;
        }
    }
    if ((!keep_alive_ || output_.size() > output_limit || input_.empty()) && !output_.empty() &&
        !co_await flush()) {
        co_return false;
    }
    co_return keep_alive_;
}

bool Connection::client_left(bool events) {
    char byte = 0;
    auto const count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count == 0) {
        return events; // others may have closed their half and still read
    }
    return count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
}

// The next piece; while it takes long, an event stream says that it lives.
Awaitable<Result<std::optional<std::string>>> Connection::pull(BodyStream& stream, bool events) {
    Result<std::optional<std::string>> piece = std::optional<std::string>{};
    auto& pool = state_.pool(plan_.lane);
    pool.reserve();
    std::function<void()> work = [this, &stream, &piece] {
        try {
            piece = stream.next();
        } catch (std::exception const& error) {
            piece = Error{.kind = ErrorKind::internal, .reason = "STREAM_FAILED", .message = {}};
            state_.log.write(LogLevel::error, "a stream failed",
                             {{"request_id", kept_.request_id},
                              {"route", plan_.route},
                              {"error", std::string_view(error.what()).substr(0, 200)}});
        }
    };
    start_lane_job(pool, std::move(work));
    bool alive = true;
    while (!lane_done_) {
        wake_.expires_after(state_.options.stream_keep_alive);
        co_await wake_.async_wait(as_result);
        if (!lane_done_ && events && alive) {
            append_chunk(output_, keep_alive_comment);
            alive = co_await flush();
        }
    }
    if (!alive || !lane_ran_) {
        co_return Error{.kind = ErrorKind::unavailable, .reason = "CLIENT_GONE", .message = {}};
    }
    co_return piece;
}

Awaitable<bool> Connection::send_stream(BodyStream& stream, Framing framing, bool events) {
    bool const chunked = framing == Framing::chunked;
    if (!co_await flush()) { // the head must not wait for the first piece
        co_return false;
    }
    for (;;) {
        auto piece = co_await pull(stream, events);
        if (!piece || broken_ || client_left(events)) {
            broken_ = true;
            co_return false;
        }
        if (!piece->has_value()) {
            break;
        }
        if ((*piece)->empty()) {
            continue; // an empty chunk would end the body
        }
        if (chunked) {
            append_chunk(output_, **piece);
        }
        bool const sent = co_await flush(chunked ? std::string_view{} : std::string_view(**piece));
        if (!sent) {
            co_return false;
        }
    }
    if (chunked) {
        output_ += last_chunk;
    }
    co_return true;
}

void Connection::report(int status, std::uint64_t bytes) {
    auto const time = steady_clock::now() - started_;
    thread_.counters.answered(plan_.route, status, time);
    auto const level = plan_.lane == Lane::immediate ? LogLevel::debug : LogLevel::info;
    if (state_.log.enabled(level)) {
        state_.log.write(level, "request",
                         {{"request_id", kept_.request_id},
                          {"method", kept_.method},
                          {"route", plan_.route},
                          {"status", std::int64_t{status}},
                          {"bytes", static_cast<std::int64_t>(bytes)},
                          {"duration_ms", std::chrono::duration<double, std::milli>(time).count()},
                          {"peer", peer_address_}});
    }
}

Awaitable<bool> Connection::receive() {
    auto const count = co_await receive_into(input_.prepare(read_step));
    input_.commit(count);
    co_return count > 0;
}

Awaitable<std::size_t> Connection::receive_into(std::span<char> room) {
    auto const buffer = asio::buffer(room.data(), room.size());
    boost::system::error_code error;
    std::size_t count = 0;
    if (tls_) {
        std::tie(error, count) = co_await tls_->async_read_some(buffer, as_result);
    } else {
        std::tie(error, count) = co_await socket_.async_read_some(buffer, as_result);
    }
    deadline_ = steady_clock::time_point::max();
    thread_.counters.received(count);
    co_return count;
}

// What the socket takes at once: most answers, so without a turn through the event loop.
std::size_t Connection::write_now(std::string_view first, std::string_view second) {
    std::array<asio::const_buffer, 2> const buffers{asio::buffer(first), asio::buffer(second)};
    boost::system::error_code error;
    return socket_.write_some(buffers, error);
}

// Sends `output_`, then `body`; a client that takes nothing for too long is left.
Awaitable<bool> Connection::flush(std::string_view body) {
    std::string_view first = output_;
    auto second = body;
    auto const take = [&](std::size_t count) {
        auto const head = std::min(count, first.size());
        first.remove_prefix(head);
        second.remove_prefix(count - head);
        thread_.counters.sent(count);
    };
    if (!tls_ && !broken_) {
        take(write_now(first, second));
    }
    while (!broken_ && first.size() + second.size() > 0) {
        expire_after(state_.options.write_timeout);
        boost::system::error_code error;
        std::size_t count = 0;
        if (tls_) {
            auto const buffer = asio::buffer(first.empty() ? second : first);
            std::tie(error, count) = co_await tls_->async_write_some(buffer, as_result);
        } else {
            std::array<asio::const_buffer, 2> const buffers{asio::buffer(first),
                                                            asio::buffer(second)};
            std::tie(error, count) = co_await socket_.async_write_some(buffers, as_result);
        }
        deadline_ = steady_clock::time_point::max();
        take(count);
        broken_ = broken_ || error;
    }
    output_.clear();
    co_return !broken_;
}

// Closing with unread bytes in the kernel would reset the connection, and the client might lose the
// last answer. So: say that nothing follows, then read until it ends, for a short time.
Awaitable<void> Connection::close_gently() {
    if (broken_) {
        co_return;
    }
    expire_after(state_.options.linger_timeout);
    auto const until = deadline_;
    if (tls_) {
        co_await tls_->async_shutdown(as_result);
    }
    boost::system::error_code error;
    socket_.shutdown(Socket::shutdown_send, error);
    std::array<char, body_step> waste; // NOLINT(cppcoreguidelines-pro-type-member-init)
    while (!error) {
        deadline_ = until;
        auto const buffer = asio::buffer(waste);
        std::size_t count = 0;
        std::tie(error, count) = co_await socket_.async_read_some(buffer, as_result);
    }
}

} // namespace loci::server
