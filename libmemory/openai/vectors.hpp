#pragma once
#include <cstddef>
#include <loci/base/result.hpp>
#include <string_view>
#include <vector>

namespace loci::openai {

/// The vectors of an answer of `/embeddings` to `count` inputs, in the order of the inputs, each of
/// length 1; empty where the server gives the zero vector. Numbers and base64 are understood.
/// Errors: `unavailable` (`MODEL_SERVER_FAULTY`).
Result<std::vector<std::vector<float>>> read_vectors(std::string_view answer, std::size_t count);

} // namespace loci::openai
