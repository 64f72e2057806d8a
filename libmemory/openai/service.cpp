#include "openai/service.hpp"

#include "openai/excerpt.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <iomanip>
#include <locale>
#include <optional>
#include <sstream>

namespace loci::openai {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_wait{500};
constexpr milliseconds longest_wait{20'000};
constexpr int doublings = 6;
constexpr int success = 200;

bool may_help(int status) {
    return status == 408 || status == 409 || status == 429 || status >= 500;
}

bool may_help(Error const& error) {
    return error.reason == "TIMED_OUT" || error.reason == "EXCHANGE_FAILED";
}

ErrorKind kind_of(int status) {
    switch (status) {
    case 401:
        return ErrorKind::unauthenticated;
    case 403:
        return ErrorKind::forbidden;
    case 404:
        return ErrorKind::not_found;
    case 400:
    case 413:
    case 422:
        return ErrorKind::invalid;
    default:
        return ErrorKind::unavailable;
    }
}

Error refused(OutboundAnswer const& answer, std::span<std::string const> secrets) {
    auto const kind = kind_of(answer.status);
    return {kind,
            kind == ErrorKind::unavailable ? "MODEL_SERVER_UNAVAILABLE" : "MODEL_SERVER_REFUSED",
            fmt::format("the model's server answers with status {}: {}", answer.status,
                        excerpt_of(answer.body, secrets))};
}

/// Uniform in [0, 1).
double uniform(Random& random) {
    std::array<std::byte, sizeof(std::uint64_t)> bytes{};
    random.fill(bytes);
    std::uint64_t bits = 0;
    std::memcpy(&bits, bytes.data(), sizeof bits);
    return static_cast<double>(bits >> 11) * 0x1p-53;
}

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char letter) { return letter > ' ' && letter < '\x7F'; });
}

} // namespace

std::optional<Error> Service::check(memory::OpenAiServer const& server) {
    if (!server.base_url.starts_with("http://") && !server.base_url.starts_with("https://")) {
        return invalid_field("base_url", "format", "the base URL must begin with http or https");
    }
    if (server.base_url.find_first_of("?# ") != std::string::npos) {
        return invalid_field("base_url", "format", "the base URL has no query and no blanks");
    }
    if (server.model.empty()) {
        return invalid_field("model", "required", "the model's name is empty");
    }
    if (!is_printable(server.key)) {
        return invalid_field("key", "format", "the key holds a blank or a control character");
    }
    if (server.timeout < milliseconds{1} || server.patience < milliseconds{1}) {
        return invalid_field("timeout", "minimum", "a time limit is at least a millisecond");
    }
    return std::nullopt;
}

Service::Service(memory::OpenAiServer server, Environment const& environment)
    : server_(std::move(server))
    , environment_(environment) {}

// Waits are drawn from the upper half of a range that doubles, so that many clients do not come
// back together.
milliseconds Service::wait_before(int attempt) {
    auto const range = std::min(first_wait * (1 << std::min(attempt - 1, doublings)), longest_wait);
    return milliseconds{static_cast<std::int64_t>(static_cast<double>(range.count()) *
                                                  (0.5 + uniform(environment_.random) / 2))};
}

Result<std::string> Service::post(Request const& request) {
    OutboundRequest outbound{.method = "POST",
                             .url = server_.base_url,
                             .body = request.body,
                             .timeout = request.timeout};
    while (outbound.url.ends_with('/')) {
        outbound.url.pop_back();
    }
    outbound.url += request.path;
    outbound.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    std::vector<std::string> secrets{request.secrets.begin(), request.secrets.end()};
    if (!server_.key.empty()) {
        outbound.headers.emplace_back("Authorization", "Bearer " + server_.key);
        secrets.push_back(server_.key);
    }
    auto const& clock = environment_.clock;
    auto const give_up = clock.now() + request.patience;
    for (int attempt = 1;; ++attempt) {
        auto answer = environment_.transport.send(outbound);
        if (answer && answer->status / 100 == success / 100) {
            return std::move(answer->body);
        }
        auto const error = answer ? refused(*answer, secrets) : answer.error();
        if (answer ? !may_help(answer->status) : !may_help(error)) {
            return error;
        }
        auto const asked = answer ? retry_after(*answer, clock.now()) : std::nullopt;
        auto const wait =
            std::max<milliseconds>(wait_before(attempt), asked.value_or(std::chrono::seconds{0}));
        auto const next = clock.now() + wait;
        if (next >= give_up) {
            return error;
        }
        clock.wait_until({}, next);
    }
}

Error Service::faulty(std::string what) {
    return {ErrorKind::unavailable, "MODEL_SERVER_FAULTY",
            "the model's server gives a faulty answer: " + std::move(what)};
}

std::optional<std::chrono::seconds> retry_after(OutboundAnswer const& answer, Timestamp now) {
    auto const header =
        std::find_if(answer.headers.begin(), answer.headers.end(),
                     [](auto const& entry) { return entry.first == "retry-after"; });
    if (header == answer.headers.end()) {
        return std::nullopt;
    }
    auto const& text = header->second;
    constexpr std::int64_t longest = 7 * 24 * 3600;
    std::int64_t seconds = 0;
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (failure == std::errc{} && end == text.data() + text.size() && seconds >= 0) {
        return std::chrono::seconds{std::min(seconds, longest)};
    }
    std::istringstream stream{text};
    stream.imbue(std::locale::classic());
    std::tm parts{};
    stream >> std::get_time(&parts, "%a, %d %b %Y %H:%M:%S GMT");
    if (stream.fail()) {
        return std::nullopt;
    }
    auto const day =
        std::chrono::sys_days{std::chrono::year{parts.tm_year + 1900} /
                              std::chrono::month{static_cast<unsigned>(parts.tm_mon + 1)} /
                              std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
    auto const at = day + std::chrono::hours{parts.tm_hour} + std::chrono::minutes{parts.tm_min} +
                    std::chrono::seconds{parts.tm_sec};
    auto const wait = std::chrono::ceil<std::chrono::seconds>(at - now);
    return std::clamp(wait, std::chrono::seconds{0}, std::chrono::seconds{longest});
}

} // namespace loci::openai
