#include "cli/progress.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <ostream>

namespace loci::cli {
namespace {

constexpr std::size_t bar_width = 30;
constexpr std::chrono::milliseconds between_drawings{100};

} // namespace

Progress::Progress(std::ostream& out, bool is_terminal, Clock const& clock, std::string what,
                   std::optional<std::uint64_t> total)
    : out_(out)
    , is_terminal_(is_terminal)
    , clock_(clock)
    , what_(std::move(what))
    , total_(total) {}

Progress::~Progress() {
    clear();
}

void Progress::show(std::uint64_t done) {
    if (!is_terminal_) {
        return;
    }
    auto const now = clock_.now();
    if (visible_ && drawn_at_ && now - *drawn_at_ < between_drawings) {
        return;
    }
    drawn_at_ = now;
    visible_ = true;
    out_ << "\r\x1b[K" << progress_line(done, total_, what_) << std::flush;
}

void Progress::clear() {
    if (visible_) {
        out_ << "\r\x1b[K" << std::flush;
        visible_ = false;
    }
}

std::string progress_line(std::uint64_t done, std::optional<std::uint64_t> total,
                          std::string const& what) {
    if (!total || *total == 0) {
        return fmt::format("{} {}", done, what);
    }
    auto const share = std::min(1.0, static_cast<double>(done) / static_cast<double>(*total));
    auto const filled = static_cast<std::size_t>(share * bar_width);
    auto bar = std::string(filled, '=');
    if (filled < bar_width) {
        bar += '>';
    }
    bar.resize(bar_width, ' ');
    return fmt::format("[{}] {:3.0f} %  {} of {} {}", bar, share * 100, done, *total, what);
}

} // namespace loci::cli
