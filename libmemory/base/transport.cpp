#include <loci/base/transport.hpp>

#include <algorithm>
#include <curl/curl.h>
#include <mutex>
#include <new>
#include <optional>
#include <string_view>

namespace loci {
namespace {

constexpr std::size_t kept_handles = 16;

struct HandleDeleter {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};

struct ListDeleter {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

struct UrlDeleter {
    void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};

struct TextDeleter {
    void operator()(char* text) const noexcept { curl_free(text); }
};

using Handle = std::unique_ptr<CURL, HandleDeleter>;
using List = std::unique_ptr<curl_slist, ListDeleter>;
using Url = std::unique_ptr<CURLU, UrlDeleter>;
using Text = std::unique_ptr<char, TextDeleter>;

void lower(std::string& text) {
    std::ranges::transform(text, text.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
}

std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    auto const first = text.find_first_not_of(blanks);
    return first == std::string_view::npos
               ? std::string_view{}
               : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_one_line(std::string_view text) {
    return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos;
}

/// The answer as it comes in.
struct Collector {
    OutboundAnswer answer{};
    CURL* handle = nullptr;
    std::function<bool(std::string_view)> const* receive = nullptr;
    std::size_t maximum = 0;
    bool too_long = false;

    bool succeeds() const {
        long status = 0;
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        return status >= 200 && status < 300;
    }

    static std::size_t body(char* data, std::size_t size, std::size_t count, void* self) {
        auto& collector = *static_cast<Collector*>(self);
        auto const bytes = size * count;
        if (*collector.receive && collector.succeeds()) {
            return (*collector.receive)(std::string_view{data, bytes}) ? bytes : 0;
        }
        if (bytes > collector.maximum - collector.answer.body.size()) {
            collector.too_long = true;
            return 0;
        }
        collector.answer.body.append(data, bytes);
        return bytes;
    }

    static std::size_t header(char* data, std::size_t size, std::size_t count, void* self) {
        auto& headers = static_cast<Collector*>(self)->answer.headers;
        std::string_view const line{data, size * count};
        if (line.starts_with("HTTP/")) {
            headers.clear(); // an interim answer came before
        } else if (auto const colon = line.find(':'); colon != std::string_view::npos) {
            std::string name{without_blanks(line.substr(0, colon))};
            lower(name);
            headers.emplace_back(std::move(name), without_blanks(line.substr(colon + 1)));
        }
        return size * count;
    }
};

/// The host of an absolute http or https URL; nullopt for any other text.
std::optional<std::string> host_of(std::string const& text) {
    Url const url{curl_url()};
    if (!url || !is_one_line(text) ||
        curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
        return std::nullopt;
    }
    char* scheme = nullptr;
    char* host = nullptr;
    auto const got_scheme = curl_url_get(url.get(), CURLUPART_SCHEME, &scheme, 0);
    Text const scheme_owner{scheme};
    auto const got_host = curl_url_get(url.get(), CURLUPART_HOST, &host, 0);
    Text const host_owner{host};
    if (got_scheme != CURLUE_OK || got_host != CURLUE_OK ||
        (std::string_view{scheme} != "http" && std::string_view{scheme} != "https")) {
        return std::nullopt;
    }
    return std::string{host};
}

bool is_loopback(std::string host) {
    lower(host);
    return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") ||
           host == "[::1]";
}

Error invalid_request(char const* path, char const* message) {
    auto error = invalid_field(path, "format", message);
    error.reason = "INVALID_URL";
    return error;
}

Error from_curl(CURLcode code, Collector const& collector) {
    auto const unavailable = [&](char const* reason, std::string message) {
        return Error{
            .kind = ErrorKind::unavailable, .reason = reason, .message = std::move(message)};
    };
    if (collector.too_long) {
        return unavailable("ANSWER_TOO_LONG", "the answer is longer than allowed");
    }
    auto const message =
        std::string{curl_easy_strerror(code)} + " (" + std::to_string(static_cast<int>(code)) + ")";
    switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return invalid_request("url", "is not an http or https URL");
    case CURLE_OPERATION_TIMEDOUT:
        return unavailable("TIMED_OUT", message);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return unavailable("CERTIFICATE_REFUSED", message);
    default:
        return unavailable("EXCHANGE_FAILED", message);
    }
}

/// Without `Content-Type` and `Expect` of curl's own making.
List header_list(OutboundRequest const& request) {
    List list;
    auto const append = [&](std::string const& line) {
        if (auto* longer = curl_slist_append(list.get(), line.c_str())) {
            static_cast<void>(list.release());
            list.reset(longer);
        }
    };
    append("Expect:");
    bool has_type = false;
    for (auto const& [name, value] : request.headers) {
        auto lowered = name;
        lower(lowered);
        has_type = has_type || lowered == "content-type";
        auto line = name;
        line += value.empty() ? ";" : ": "; // `;` is curl's mark for empty
        line += value;
        append(line);
    }
    if (!has_type) {
        append("Content-Type:");
    }
    return list;
}

void configure(CURL* handle, OutboundRequest const& request, std::string const& host) {
    curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    auto const timeout =
        std::max<std::chrono::milliseconds>(request.timeout, std::chrono::milliseconds{1});
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
    if (is_loopback(host)) {
        curl_easy_setopt(handle, CURLOPT_PROXY, "");
    }
    if (!request.certificate_authority_file.empty()) {
        // The system's directory of certificates stays trusted: this replaces only the bundle file.
        curl_easy_setopt(handle, CURLOPT_CAINFO, request.certificate_authority_file.c_str());
    }
    if (request.receive) {
        curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, 60L);
    }
    if (request.method == "HEAD") {
        curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
        return;
    }
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT" ||
        request.method == "PATCH") {
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    }
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

class CurlTransport final : public Transport {
public:
    CurlTransport() {
        [[maybe_unused]] static auto const once = curl_global_init(CURL_GLOBAL_DEFAULT);
    }

    Result<OutboundAnswer> send(OutboundRequest const& request) override {
        auto const host = host_of(request.url);
        if (!host) {
            return invalid_request("url", "is not an absolute http or https URL");
        }
        if (request.method.empty() || !std::ranges::all_of(request.method, [](char letter) {
                return letter >= 'A' && letter <= 'Z';
            })) {
            return invalid_request("method", "is not a method's name");
        }
        for (auto const& [name, value] : request.headers) {
            if (name.empty() || !is_one_line(name) || !is_one_line(value) ||
                name.find_first_of(":; ") != std::string::npos) {
                return invalid_request("headers", "has a malformed name or a line break");
            }
        }
        auto handle = borrow();
        auto const headers = header_list(request);
        Collector collector;
        collector.handle = handle.get();
        collector.receive = &request.receive;
        collector.maximum = request.maximum_answer;
        configure(handle.get(), request, *host);
        curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
        curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, &Collector::body);
        curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &collector);
        curl_easy_setopt(handle.get(), CURLOPT_HEADERFUNCTION, &Collector::header);
        curl_easy_setopt(handle.get(), CURLOPT_HEADERDATA, &collector);
        auto const code = curl_easy_perform(handle.get());
        if (code != CURLE_OK) {
            return from_curl(code, collector);
        }
        long status = 0;
        curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
        collector.answer.status = static_cast<int>(status);
        give_back(std::move(handle));
        return std::move(collector.answer);
    }

private:
    Handle borrow() {
        {
            std::scoped_lock const lock{mutex_};
            if (!idle_.empty()) {
                auto handle = std::move(idle_.back());
                idle_.pop_back();
                return handle;
            }
        }
        Handle handle{curl_easy_init()};
        if (!handle) {
            throw std::bad_alloc{};
        }
        return handle;
    }

    /// Resetting a handle keeps its open connections for the next exchange.
    void give_back(Handle handle) {
        curl_easy_reset(handle.get());
        std::scoped_lock const lock{mutex_};
        if (idle_.size() < kept_handles) {
            idle_.push_back(std::move(handle));
        }
    }

    std::mutex mutex_;
    std::vector<Handle> idle_;
};

} // namespace

std::unique_ptr<Transport> curl_transport() {
    return std::make_unique<CurlTransport>();
}

} // namespace loci
