#pragma once
#include <cstddef>
#include <cstdint>
#include <loci/base/result.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loci::embed {

/// Vectors for stems, read in place from the bytes of a table file; word_table.cpp has the layout.
///
/// Threads: const functions may be called at once. Lifetime: the bytes must outlive the table.
class WordTable {
public:
    struct Word {
        std::span<std::int8_t const> row;
        float scale;  ///< row times scale has length 1
        float weight; ///< how much the word says: a / (a + frequency)
    };

    /// Checks layout and checksum. `bytes` must be aligned for float. Errors: `corrupt`.
    static Result<WordTable> parse(std::span<std::byte const> bytes);

    std::size_t dimension() const noexcept { return component_.size(); }

    std::size_t size() const noexcept { return weights_.size(); }

    std::string_view stem(std::size_t index) const noexcept;
    std::optional<Word> find(std::string_view stem) const noexcept;

    float unknown_weight() const noexcept { return unknown_weight_; }

    /// Direction that texts of all kinds share, of length 1 (or 0): taken out of every vector.
    std::span<float const> component() const noexcept { return component_; }

private:
    std::span<float const> component_;
    std::span<float const> scales_;
    std::span<float const> weights_;
    std::span<std::uint32_t const> offsets_;
    std::span<std::int8_t const> rows_;
    std::string_view stems_;
    float unknown_weight_ = 0;
};

/// What a table is written from.
struct WordTableContent {
    std::vector<std::string> stems; ///< sorted by bytes, each once
    std::vector<float> scales;
    std::vector<float> weights;
    std::vector<std::int8_t> rows; ///< one row a stem
    std::vector<float> component;  ///< its length is the dimension
    float unknown_weight = 0;
};

/// The bytes of a table file.
std::vector<std::byte> write_word_table(WordTableContent const& content);

/// The table that is linked into the library.
std::span<std::byte const> linked_word_table() noexcept;

/// Read once, on first use.
WordTable const& linked_table();

} // namespace loci::embed
