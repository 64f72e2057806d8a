#pragma once
#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <loci/base/clock.hpp>
#include <optional>
#include <string>

namespace loci::cli {

/// A line on a terminal that says how far long work has come; draws nothing elsewhere. The line is
/// removed at the end.
class Progress {
public:
    /// `total` absent: only a count can be shown.
    Progress(std::ostream& out, bool is_terminal, Clock const& clock, std::string what,
             std::optional<std::uint64_t> total);
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;
    ~Progress();

    /// Draws at most ten times a second.
    void show(std::uint64_t done);

    /// Removes the line, so that something else can be printed; the next `show` brings it back.
    void clear();

private:
    std::ostream& out_;
    bool is_terminal_;
    Clock const& clock_;
    std::string what_;
    std::optional<std::uint64_t> total_;
    std::optional<Timestamp> drawn_at_;
    bool visible_ = false;
};

/// `[=====>     ]  50 %  500 of 1000 memories`, or the count alone.
std::string progress_line(std::uint64_t done, std::optional<std::uint64_t> total,
                          std::string const& what);

} // namespace loci::cli
