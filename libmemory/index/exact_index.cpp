#include "index/exact_index.hpp"

#include "index/kernel.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <mutex>

namespace loci::index {
namespace {

constexpr std::size_t block_rows = 256;
constexpr std::size_t block_words = block_rows / 64;

// Numbers of a block are written before its bit is set, and a reader looks at the bit first.
struct Block {
    explicit Block(std::size_t dimension)
        : numbers(dimension * block_rows) {}

    std::array<std::atomic<std::uint64_t>, block_words> present{};
    std::vector<float> numbers;
};

using Blocks = std::vector<std::shared_ptr<Block>>;

bool better(memory::VectorHit const& left, memory::VectorHit const& right) noexcept {
    return left.score != right.score ? left.score > right.score : left.position < right.position;
}

/// The best `count` of what it was given.
class Best {
public:
    explicit Best(std::size_t count)
        : count_(count) {}

    void offer(memory::VectorHit hit) {
        if (heap_.size() < count_) {
            heap_.push_back(hit);
            std::push_heap(heap_.begin(), heap_.end(), better);
        } else if (better(hit, heap_.front())) {
            std::pop_heap(heap_.begin(), heap_.end(), better);
            heap_.back() = hit;
            std::push_heap(heap_.begin(), heap_.end(), better);
        }
    }

    std::vector<memory::VectorHit> take() && {
        std::sort_heap(heap_.begin(), heap_.end(), better);
        return std::move(heap_);
    }

private:
    std::size_t count_;
    std::vector<memory::VectorHit> heap_;
};

// The list of blocks is replaced, never changed: a search keeps the list that it began with.
class ExactIndex final : public memory::VectorIndex {
public:
    explicit ExactIndex(std::size_t dimension)
        : dimension_(dimension)
        , product_(inner_product(best_instructions()))
        , blocks_(std::make_shared<Blocks const>()) {}

    void add(std::uint32_t position, std::span<float const> vector) override {
        auto& block = block_of(position);
        auto const row = position % block_rows;
        std::copy(vector.begin(), vector.end(),
                  block.numbers.begin() + static_cast<std::ptrdiff_t>(row * dimension_));
        block.present[row / 64].fetch_or(bit_of(row), std::memory_order_release);
        size_.fetch_add(1, std::memory_order_relaxed);
    }

    void remove(std::uint32_t position) override {
        auto const blocks = snapshot();
        if (!holds(*blocks, position)) {
            return;
        }
        auto const row = position % block_rows;
        (*blocks)[position / block_rows]->present[row / 64].fetch_and(~bit_of(row),
                                                                      std::memory_order_relaxed);
        size_.fetch_sub(1, std::memory_order_relaxed);
    }

    std::vector<memory::VectorHit> search(std::span<float const> question,
                                          std::span<std::uint64_t const> allowed,
                                          std::size_t count) const override {
        Best best{count};
        if (count == 0 || question.size() != dimension_) {
            return {};
        }
        auto const blocks = snapshot();
        auto const words = std::min(allowed.size(), blocks->size() * block_words);
        for (std::size_t index = 0; index < words; ++index) {
            auto const& block = *(*blocks)[index / block_words];
            auto const word_in_block = index % block_words;
            auto rest =
                allowed[index] & block.present[word_in_block].load(std::memory_order_acquire);
            for (; rest != 0; rest &= rest - 1) {
                auto const bit = static_cast<std::size_t>(std::countr_zero(rest));
                auto const* numbers =
                    block.numbers.data() + (word_in_block * 64 + bit) * dimension_;
                best.offer({static_cast<std::uint32_t>(index * 64 + bit),
                            product_(question.data(), numbers, dimension_)});
            }
        }
        return std::move(best).take();
    }

    std::vector<float> score(std::span<float const> question,
                             std::span<std::uint32_t const> positions) const override {
        std::vector<float> scores(positions.size());
        if (question.size() != dimension_) {
            return scores;
        }
        auto const blocks = snapshot();
        for (std::size_t i = 0; i < positions.size(); ++i) {
            if (holds(*blocks, positions[i])) {
                auto const& block = *(*blocks)[positions[i] / block_rows];
                auto const* numbers =
                    block.numbers.data() + (positions[i] % block_rows) * dimension_;
                scores[i] = product_(question.data(), numbers, dimension_);
            }
        }
        return scores;
    }

    std::size_t size() const override { return size_.load(std::memory_order_relaxed); }

    std::size_t memory_bytes() const override {
        return snapshot()->size() * (sizeof(Block) + block_rows * dimension_ * sizeof(float));
    }

private:
    static std::uint64_t bit_of(std::size_t row) noexcept { return std::uint64_t{1} << (row % 64); }

    static bool holds(Blocks const& blocks, std::uint32_t position) noexcept {
        auto const row = position % block_rows;
        return position / block_rows < blocks.size() &&
               (blocks[position / block_rows]->present[row / 64].load(std::memory_order_acquire) &
                bit_of(row)) != 0;
    }

    std::shared_ptr<Blocks const> snapshot() const {
        std::lock_guard const lock{mutex_};
        return blocks_;
    }

    Block& block_of(std::uint32_t position) {
        auto const current = snapshot();
        auto const index = position / block_rows;
        if (index < current->size()) {
            return *(*current)[index];
        }
        auto longer = std::make_shared<Blocks>(*current);
        while (longer->size() <= index) {
            longer->push_back(std::make_shared<Block>(dimension_));
        }
        auto& block = *(*longer)[index];
        std::lock_guard const lock{mutex_};
        blocks_ = std::move(longer);
        return block;
    }

    std::size_t dimension_;
    InnerProduct product_;
    std::atomic<std::size_t> size_{0};
    mutable std::mutex mutex_; // guards the pointer, held only to copy it
    std::shared_ptr<Blocks const> blocks_;
};

} // namespace

std::unique_ptr<memory::VectorIndex> exact_index(std::size_t dimension) {
    return std::make_unique<ExactIndex>(dimension);
}

} // namespace loci::index
