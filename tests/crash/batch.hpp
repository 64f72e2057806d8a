#pragma once
#include <fmt/format.h>
#include <string>
#include <string_view>

namespace loci::crash {

inline constexpr int batch_items = 100;

/// Occurs in one memory alone.
inline std::string word(std::string_view round, int batch, int item) {
    return fmt::format("entry{}x{}x{}", round, batch, item);
}

inline std::string content(std::string_view round, int batch, int item) {
    return fmt::format("The harbour master noted {} beside the tide of the morning",
                       word(round, batch, item));
}

} // namespace loci::crash
