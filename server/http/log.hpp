#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <variant>

namespace spdlog {
class logger;
}

namespace loci::server {

enum class LogFormat { text, json };
enum class LogLevel { debug, info, warning, error };

/// A named value of a log line. Never stored content, never a credential, never a raw target.
struct LogField {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, double> value;
};

/// Structured lines over an spdlog logger that is passed in: `time level message name=value …`, or
/// one JSON object a line.
///
/// Threads: may be used from any thread at once. Cheap to copy.
class Log final {
public:
    /// Takes the logger over: sets its pattern, keeps its sinks and level.
    Log(std::shared_ptr<spdlog::logger> logger, LogFormat format);

    /// To standard error.
    static Log to_standard_error(LogFormat format, LogLevel level);

    /// Drops everything.
    static Log none();

    bool enabled(LogLevel level) const noexcept;
    void write(LogLevel level, std::string_view message,
               std::initializer_list<LogField> fields = {}) const;

private:
    std::shared_ptr<spdlog::logger> logger_;
    LogFormat format_;
};

} // namespace loci::server
