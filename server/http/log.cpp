#include "http/log.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <string>

namespace loci::server {

namespace {

spdlog::level::level_enum level_of(LogLevel level) noexcept {
    switch (level) {
    case LogLevel::debug:
        return spdlog::level::debug;
    case LogLevel::info:
        return spdlog::level::info;
    case LogLevel::warning:
        return spdlog::level::warn;
    case LogLevel::error:
        break;
    }
    return spdlog::level::err;
}

// Bytes outside printable ASCII are escaped too: a line stays one line and valid whatever came in.
void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte > 0x7e) {
            out += fmt::format("\\u{:04x}", byte);
        } else {
            out += c;
        }
    }
    out += '"';
}

bool is_plain(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > 0x20 && c < 0x7f && c != '"' && c != '=';
    });
}

void append_value(std::string& out, LogField const& field, LogFormat format) {
    if (auto const* text = std::get_if<std::string_view>(&field.value)) {
        if (format == LogFormat::text && is_plain(*text)) {
            out += *text;
        } else {
            append_quoted(out, *text);
        }
    } else if (auto const* number = std::get_if<std::int64_t>(&field.value)) {
        out += fmt::format("{}", *number);
    } else {
        out += fmt::format("{:.3f}", std::get<double>(field.value));
    }
}

std::string render(LogFormat format, std::string_view message,
                   std::initializer_list<LogField> fields) {
    std::string line;
    if (format == LogFormat::text) {
        line = message;
        for (auto const& field : fields) {
            line.append(1, ' ').append(field.name).append(1, '=');
            append_value(line, field, format);
        }
        return line;
    }
    line = "\"message\":";
    append_quoted(line, message);
    for (auto const& field : fields) {
        line += ',';
        append_quoted(line, field.name);
        line += ':';
        append_value(line, field, format);
    }
    return line;
}

} // namespace

Log::Log(std::shared_ptr<spdlog::logger> logger, LogFormat format)
    : logger_(std::move(logger))
    , format_(format) {
    constexpr auto text_pattern = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
    constexpr auto json_pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";
    logger_->set_pattern(format == LogFormat::json ? json_pattern : text_pattern,
                         spdlog::pattern_time_type::utc);
}

Log Log::to_standard_error(LogFormat format, LogLevel level) {
    auto logger =
        std::make_shared<spdlog::logger>("loci", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_level(level_of(level));
    return Log(std::move(logger), format);
}

Log Log::none() {
    auto logger =
        std::make_shared<spdlog::logger>("loci", std::make_shared<spdlog::sinks::null_sink_mt>());
    logger->set_level(spdlog::level::off);
    return Log(std::move(logger), LogFormat::text);
}

bool Log::enabled(LogLevel level) const noexcept {
    return logger_->should_log(level_of(level));
}

void Log::write(LogLevel level, std::string_view message,
                std::initializer_list<LogField> fields) const {
    if (enabled(level)) {
        logger_->log(level_of(level), spdlog::string_view_t(render(format_, message, fields)));
    }
}

} // namespace loci::server
