#pragma once
#include "index/huge_pages.hpp"
#include "index/kernel.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace loci::index {

inline constexpr std::size_t code_chunk_rows = 8192;

/// Codes of consecutive positions. A code is written before its bit is set, and a reader looks at
/// the bit first.
struct CodeChunk {
    CodeChunk(std::size_t capacity, std::size_t dimension);

    std::size_t rows;                                ///< that there is room for
    std::vector<std::atomic<std::uint64_t>> present; ///< 64 rows a word
    Halves codes;
};

/// Chunks by position; null where there is no code.
struct CodeChunks {
    std::vector<std::shared_ptr<CodeChunk>> chunks;
    std::vector<Half const*> codes; ///< of each chunk
};

/// The codes of a table at one moment. Those that are removed meanwhile are seen as removed.
class CodeView {
public:
    CodeView(std::shared_ptr<CodeChunks const> chunks, std::size_t dimension) noexcept
        : chunks_(std::move(chunks))
        , dimension_(dimension) {}

    std::size_t dimension() const noexcept { return dimension_; }

    /// One more than the highest position that may hold a code.
    std::size_t end() const noexcept { return chunks_->chunks.size() * code_chunk_rows; }

    /// Which of the positions 64 × `word` … hold a code; `word` must be below `end() / 64`.
    std::uint64_t present(std::size_t word) const noexcept {
        constexpr auto words = code_chunk_rows / 64;
        auto const& chunk = chunks_->chunks[word / words];
        return chunk && word % words < chunk->present.size()
                   ? chunk->present[word % words].load(std::memory_order_acquire)
                   : 0;
    }

    bool holds(std::uint32_t position) const noexcept {
        return position < end() && ((present(position / 64) >> (position % 64)) & 1) != 0;
    }

    /// The position must hold a code, or have held one.
    Half const* code(std::uint32_t position) const noexcept {
        return chunks_->codes[position / code_chunk_rows] +
               (position % code_chunk_rows) * dimension_;
    }

private:
    std::shared_ptr<CodeChunks const> chunks_;
    std::size_t dimension_;
};

/// Vectors as half floats, by position. What is removed stays readable for those who hold a view.
///
/// Threads: one thread changes; `view`, `size` and `memory_bytes` from any.
class CodeTable {
public:
    CodeTable(std::size_t dimension, Kernel const& kernel);

    /// Positions are given once.
    void add(std::uint32_t position, std::span<float const> vector);
    void add_code(std::uint32_t position, std::span<Half const> code);

    /// Unknown positions are ignored.
    void remove(std::uint32_t position) noexcept;

    CodeView view() const;

    std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }

    std::size_t memory_bytes() const;

private:
    CodeChunk& chunk_for(std::uint32_t position);
    void publish(CodeChunk& chunk, std::uint32_t position);

    std::size_t dimension_;
    Kernel const& kernel_;
    std::atomic<std::size_t> size_{0};
    mutable std::mutex mutex_; // guards the pointer, held only to copy it
    std::shared_ptr<CodeChunks const> chunks_;
};

} // namespace loci::index
