#include "index/code_table.hpp"

#include <algorithm>

// The list of chunks is replaced, never changed: a reader keeps the list that it began with. So is
// a chunk that has no room for a row; a small table is small.

namespace loci::index {
namespace {

constexpr std::size_t smallest_chunk_rows = 32;

std::uint64_t bit_of(std::uint32_t position) noexcept {
    return std::uint64_t{1} << (position % 64);
}

std::size_t word_of(std::uint32_t position) noexcept {
    return position % code_chunk_rows / 64;
}

std::shared_ptr<CodeChunk> with_room(CodeChunk const* old, std::size_t row, std::size_t dimension) {
    auto rows = old != nullptr ? old->rows : smallest_chunk_rows;
    while (rows <= row) {
        rows *= 2;
    }
    auto chunk = std::make_shared<CodeChunk>(rows, dimension);
    if (old != nullptr) {
        std::copy_n(old->codes.get(), old->rows * dimension, chunk->codes.get());
        for (std::size_t word = 0; word < old->present.size(); ++word) {
            chunk->present[word].store(old->present[word].load(std::memory_order_relaxed),
                                       std::memory_order_relaxed);
        }
    }
    return chunk;
}

} // namespace

CodeChunk::CodeChunk(std::size_t capacity, std::size_t dimension)
    : rows(capacity)
    , present((capacity + 63) / 64)
    , codes(make_halves(capacity * dimension)) {}

CodeTable::CodeTable(std::size_t dimension, Kernel const& kernel)
    : dimension_(dimension)
    , kernel_(kernel)
    , chunks_(std::make_shared<CodeChunks const>()) {}

void CodeTable::add(std::uint32_t position, std::span<float const> vector) {
    auto& chunk = chunk_for(position);
    kernel_.encode(vector.data(), chunk.codes.get() + position % code_chunk_rows * dimension_,
                   dimension_);
    publish(chunk, position);
}

void CodeTable::add_code(std::uint32_t position, std::span<Half const> code) {
    auto& chunk = chunk_for(position);
    std::copy_n(code.begin(), dimension_,
                chunk.codes.get() + position % code_chunk_rows * dimension_);
    publish(chunk, position);
}

void CodeTable::remove(std::uint32_t position) noexcept {
    auto const index = position / code_chunk_rows;
    if (index < chunks_->chunks.size() && chunks_->chunks[index] &&
        position % code_chunk_rows < chunks_->chunks[index]->rows) {
        auto& word = chunks_->chunks[index]->present[word_of(position)];
        if ((word.fetch_and(~bit_of(position), std::memory_order_relaxed) & bit_of(position)) !=
            0) {
            size_.fetch_sub(1, std::memory_order_relaxed);
        }
    }
}

CodeView CodeTable::view() const {
    std::lock_guard const lock{mutex_};
    return {chunks_, dimension_};
}

std::size_t CodeTable::memory_bytes() const {
    std::lock_guard const lock{mutex_};
    std::size_t bytes = sizeof(CodeChunks) +
                        chunks_->chunks.capacity() * sizeof chunks_->chunks[0] +
                        chunks_->codes.capacity() * sizeof chunks_->codes[0];
    for (auto const& chunk : chunks_->chunks) {
        if (chunk) {
            bytes += sizeof(CodeChunk) + chunk->rows * dimension_ * sizeof(Half);
        }
    }
    return bytes;
}

CodeChunk& CodeTable::chunk_for(std::uint32_t position) {
    auto const index = position / code_chunk_rows;
    auto const row = position % code_chunk_rows;
    auto const* old = index < chunks_->chunks.size() ? chunks_->chunks[index].get() : nullptr;
    if (old != nullptr && row < old->rows) {
        return *chunks_->chunks[index];
    }
    auto const chunk = with_room(old, row, dimension_);
    auto longer = std::make_shared<CodeChunks>(*chunks_);
    longer->chunks.resize(std::max<std::size_t>(longer->chunks.size(), index + 1));
    longer->codes.resize(longer->chunks.size());
    longer->chunks[index] = chunk;
    longer->codes[index] = chunk->codes.get();
    std::lock_guard const lock{mutex_};
    chunks_ = std::move(longer);
    return *chunk;
}

void CodeTable::publish(CodeChunk& chunk, std::uint32_t position) {
    chunk.present[word_of(position)].fetch_or(bit_of(position), std::memory_order_release);
    size_.fetch_add(1, std::memory_order_relaxed);
}

} // namespace loci::index
