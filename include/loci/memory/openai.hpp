#pragma once
#include <chrono>
#include <cstddef>
#include <loci/base/environment.hpp>
#include <loci/base/result.hpp>
#include <loci/memory/embedder.hpp>
#include <loci/memory/language_model.hpp>
#include <memory>
#include <optional>
#include <string>

namespace loci::memory {

/// A model behind the wire format of OpenAI's API, as Ollama, llama.cpp, vLLM,
/// text-embeddings-inference and hosted services speak it.
///
/// A failed exchange is tried again after growing waits where that can help (no answer, 408, 409,
/// 429, 5xx; `Retry-After` counts). A call takes at most `patience` and `timeout` together.
struct OpenAiServer {
    std::string base_url; ///< usually ends in `/v1`
    std::string model;
    std::string key{}; ///< empty: none; never logged and never part of an error
    std::chrono::milliseconds timeout{30'000};  ///< of one exchange
    std::chrono::milliseconds patience{10'000}; ///< the last exchange of a call begins within this
};

struct OpenAiEmbeddings {
    OpenAiServer server{};
    std::optional<std::size_t> dimensions{}; ///< asked of the server; only models trained for it
    /// The length of its vectors where that is known from before: then nothing is asked at opening.
    std::optional<std::size_t> known_dimension{};
    std::string query_prefix{};      ///< put before each question, as the model's card says
    std::string passage_prefix{};    ///< put before each memory
    std::size_t batch = 32;          ///< texts in one exchange
    std::size_t longest_text = 8000; ///< code points; what lies beyond is cut off, the prefix apart
    std::chrono::milliseconds question_timeout{3'000}; ///< for questions, in place of both times
};

/// The id of the model that these settings make: name, dimensions asked, and what else changes the
/// vectors of memories. Another address or key is the same model.
std::string model_id_of(OpenAiEmbeddings const& settings);

/// Embeds by `POST {base_url}/embeddings`.
///
/// While the server fails, most calls fail at once instead of waiting for it: after each failure
/// there is a pause, from one second up to a minute, before it is asked again.
///
/// Errors: those of a call, unless `dimensions` or `known_dimension` is given; `invalid`.
/// Errors of `embed`: `unavailable` (out of reach, or a faulty answer), `invalid` (400, 413, 422:
/// it refuses a text), `unauthenticated` (401), `forbidden` (403), `not_found` (404).
///
/// Lifetime: what `environment` refers to must outlive the embedder.
Result<std::unique_ptr<Embedder>> open_openai_embedder(OpenAiEmbeddings settings,
                                                       Environment const& environment);

/// Answers by `POST {base_url}/chat/completions`. Errors: `invalid`.
Result<std::unique_ptr<LanguageModel>> open_openai_language_model(OpenAiServer server,
                                                                  Environment const& environment);

} // namespace loci::memory
