#pragma once
#include <filesystem>
#include <loci/base/result.hpp>
#include <loci/memory/embedder.hpp>
#include <memory>

namespace loci::memory {

/// Opens a static embedding model: a table with one vector a token, whose mean over a text's tokens
/// is the text's vector. Nothing is downloaded or run.
///
/// `folder` holds a model as model2vec (`config.json`, `model.safetensors`, `tokenizer.json`) or
/// sentence-transformers (`config_sentence_transformers.json`, the other two beside it or in
/// `0_StaticEmbedding/`) writes it. The tokenizer must be WordPiece with BertNormalizer and
/// BertPreTokenizer. Of a text, 512 tokens count, as in the reference.
///
/// The files are mapped and must not change while the embedder lives. The model id is made of the
/// folder's name and a hash of the files.
///
/// Errors: `not_found` (`MODEL_NOT_FOUND`), `unavailable` (`MODEL_UNREADABLE`), `corrupt`
/// (`MODEL_CORRUPT`), `invalid` (`MODEL_UNSUPPORTED`: another kind of tokenizer or of numbers).
Result<std::unique_ptr<Embedder>> open_static_model(std::filesystem::path const& folder);

} // namespace loci::memory
