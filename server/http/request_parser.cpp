#include "http/request_parser.hpp"
// One of three files that see Boost's network headers, and the only one with Beast: its parser
// alone, without streams, costs a third of what its composed operations cost to compile.
#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace loci::server {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using BeastText = boost::beast::string_view;

// A chunk's size line or the trailers may not be longer.
constexpr std::size_t chunk_line_limit = 8 * 1024;

std::string_view view(BeastText text) noexcept {
    return {text.data(), text.size()};
}

std::string lower(BeastText text) {
    std::string result(text.size(), '\0');
    std::transform(text.begin(), text.end(), result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) noexcept {
    return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                      [](char a, char b) {
                          return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
                      });
}

} // namespace

class RequestParser::Parser final : public http::basic_parser<true> {
public:
    void start(Limits const& limits) {
        *this = Parser{};
        target_limit_ = limits.target;
        header_limit(static_cast<std::uint32_t>(limits.header));
        body_limit(boost::none);
    }

    RequestHead* head = nullptr;
    std::string* body = nullptr;
    bool expects_continue = false;
    bool target_too_long = false;
    std::size_t head_bytes = 0;

    int http_version() const noexcept { return version_; }

    /// What Beast lets pass and a proxy before us might read differently.
    bool is_ambiguous() const noexcept {
        bool const transfer_encoded = transfer_encodings_ > 0;
        return lengths_ > 1 || transfer_encodings_ > 1 || (lengths_ > 0 && transfer_encoded) ||
               (transfer_encoded && (!only_chunked_ || version_ < 11)) || hosts_ > 1 ||
               (hosts_ == 0 && version_ >= 11);
    }

private:
    using Base = http::basic_parser<true>;

    void on_request_impl(http::verb, BeastText method, BeastText target, int version,
                         error_code& ec) override {
        version_ = version;
        head->method = view(method);
        if (target.size() > target_limit_) {
            target_too_long = true;
            ec = http::error::header_limit;
            return;
        }
        head->target = view(target);
    }

    void on_response_impl(int, BeastText, int, error_code&) override {}

    void on_field_impl(http::field field, BeastText name, BeastText value,
                       error_code& ec) override {
        if (is_header_done()) {
            return; // a trailer
        }
        switch (field) {
        case http::field::content_length:
            ++lengths_;
            if (value.find(',') != BeastText::npos) {
                ec = http::error::bad_content_length;
            }
            break;
        case http::field::transfer_encoding:
            ++transfer_encodings_;
            only_chunked_ = equals_ignoring_case(view(value), "chunked");
            break;
        case http::field::host:
            ++hosts_;
            break;
        case http::field::expect:
            expects_continue = equals_ignoring_case(view(value), "100-continue");
            break;
        default:
            break;
        }
        head->headers.emplace_back(lower(name), view(value));
    }

    void on_header_impl(error_code&) override {}

    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}

    std::size_t on_body_impl(BeastText text, error_code&) override { return text.size(); }

    void on_chunk_header_impl(std::uint64_t, BeastText, error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, BeastText text, error_code&) override {
        body->append(text.data(), text.size());
        return text.size();
    }

    void on_finish_impl(error_code&) override {}

    std::size_t target_limit_ = 0;
    int version_ = 11;
    unsigned lengths_ = 0;
    unsigned transfer_encodings_ = 0;
    unsigned hosts_ = 0;
    bool only_chunked_ = false;
};

RequestParser::RequestParser(Limits limits)
    : limits_(limits)
    , parser_(std::make_unique<Parser>()) {
    start();
}

RequestParser::~RequestParser() = default;

void RequestParser::start() {
    parser_->start(limits_);
}

RequestParser::Step RequestParser::parse_head(std::string_view input, RequestHead& head) {
    Step step;
    // RFC 9112, 2.2: an empty line before the request line is skipped.
    while (!parser_->got_some() && input.substr(0, 2) == "\r\n") {
        input.remove_prefix(2);
        step.consumed += 2;
    }
    if (input.empty() || (!parser_->got_some() && input == "\r")) {
        return step;
    }
    parser_->head = &head;
    error_code ec;
    while (!parser_->is_header_done() && !ec) {
        auto const count = parser_->put({input.data(), input.size()}, ec);
        input.remove_prefix(count);
        step.consumed += count;
    }
    // Beast limits what it is given at once, which a head that comes line by line evades.
    parser_->head_bytes += step.consumed;
    if (parser_->head_bytes + input.size() > limits_.header && !parser_->is_header_done()) {
        ec = http::error::header_limit;
    }
    if (!ec && !parser_->is_ambiguous()) {
        step.state = State::done;
    } else if (ec == http::error::need_more) {
        step.state = State::more;
    } else {
        step.state = State::refused;
        if (ec == http::error::header_limit) {
            auto const line = input.substr(0, limits_.target);
            bool const long_line = head.method.empty() && line.find("\r\n") == line.npos;
            step.refusal = parser_->target_too_long || long_line ? Refusal::target_too_long
                                                                 : Refusal::headers_too_large;
        }
    }
    return step;
}

RequestParser::Step RequestParser::parse_chunks(std::string_view input, std::string& body) {
    Step step;
    parser_->body = &body;
    error_code ec;
    while (!parser_->is_done() && step.consumed < input.size() && !ec) {
        auto const rest = input.substr(step.consumed);
        step.consumed += parser_->put({rest.data(), rest.size()}, ec);
    }
    if (parser_->is_done()) {
        step.state = State::done;
    } else if ((ec && ec != http::error::need_more) ||
               input.size() - step.consumed > chunk_line_limit) {
        step.state = State::refused;
    }
    return step;
}

bool RequestParser::keep_alive() const noexcept {
    return parser_->keep_alive();
}

bool RequestParser::is_http_1_0() const noexcept {
    return parser_->http_version() < 11;
}

bool RequestParser::is_chunked() const noexcept {
    return parser_->chunked();
}

bool RequestParser::expects_continue() const noexcept {
    return parser_->expects_continue;
}

std::uint64_t RequestParser::content_length() const noexcept {
    return parser_->content_length().value_or(0);
}

} // namespace loci::server
