#pragma once
#include <cstddef>
#include <functional>
#include <loci/base/ids.hpp>
#include <string>
#include <string_view>

namespace loci::runtime {

inline constexpr std::size_t longest_agent_name = 64;

/// 1..64 of `A-Z a-z 0-9 . _ -`.
bool is_agent_name(std::string_view text) noexcept;

/// The form in which names are compared: letter case is ignored.
std::string fold_agent_name(std::string_view name);

/// A valid name made from any text, short enough for a suffix: `My laptop (work)` gives
/// `My-laptop-work`, and what holds no usable character gives `agent`.
std::string derive_agent_name(std::string_view text);

/// `base`, or `base` with the first suffix that is free: a small number, else the end of `id`.
/// `default` is never free: it names the unset agent.
std::string free_agent_name(std::string const& base, Uuid const& id,
                            std::function<bool(std::string const&)> const& is_taken);

} // namespace loci::runtime
