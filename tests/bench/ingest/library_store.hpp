#pragma once
#include <filesystem>
#include <loci/memory/memory.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace loci::bench {

/// A pool of vectors that were made beforehand; embedding costs nothing but a copy.
class GivenVectors final : public memory::Embedder {
public:
    explicit GivenVectors(std::size_t dimension);

    std::string const& model_id() const override { return model_id_; }

    std::size_t dimension() const override { return dimension_; }

    Result<std::vector<std::vector<float>>> embed(std::span<std::string_view const> texts,
                                                  memory::EmbeddingPurpose) override;

    std::vector<float> const& vector_of(std::string_view text) const;

private:
    std::string model_id_ = "given";
    std::size_t dimension_;
    std::vector<std::vector<float>> pool_;
};

/// The library on a directory of its own.
class LibraryStore {
public:
    LibraryStore(std::filesystem::path const& directory, memory::Embedder& embedder);

    /// One durable, searchable batch.
    void write(std::span<std::string const> texts);

    void write(std::string const& text);

    /// Number of hits.
    std::size_t recall(std::string const& question, memory::RecallMode mode);

    /// Problems that an inspection finds.
    std::size_t inspect();

private:
    std::optional<store::Database> database_;
    std::optional<memory::Memory> memory_;
};

} // namespace loci::bench
