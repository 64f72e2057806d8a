#pragma once
#include <span>
#include <string>
#include <string_view>

namespace loci::openai {

/// The beginning of the body of an error answer, on one line, for people. Servers like to repeat
/// what they were sent: a body that holds a piece of one of the secrets is only described.
std::string excerpt_of(std::string_view body, std::span<std::string const> secrets);

} // namespace loci::openai
