#pragma once
#include <algorithm>
#include <cstddef>
#include <loci/memory/vector_index.hpp>
#include <utility>
#include <vector>

namespace loci::index {

/// Nearer first, then by smaller position: a total order of hits.
inline bool better(memory::VectorHit const& left, memory::VectorHit const& right) noexcept {
    return left.score != right.score ? left.score > right.score : left.position < right.position;
}

/// The best `count` of the hits that it was given.
class Best {
public:
    explicit Best(std::size_t count)
        : count_(count) {}

    void offer(memory::VectorHit hit) {
        if (hits_.size() < count_) {
            hits_.push_back(hit);
            std::push_heap(hits_.begin(), hits_.end(), better);
        } else if (count_ > 0 && better(hit, hits_.front())) {
            std::pop_heap(hits_.begin(), hits_.end(), better);
            hits_.back() = hit;
            std::push_heap(hits_.begin(), hits_.end(), better);
        }
    }

    bool is_full() const noexcept { return hits_.size() == count_; }

    /// Whether a hit with this score could still get in.
    bool wants(float score) const noexcept {
        return hits_.size() < count_ || (count_ > 0 && score >= hits_.front().score);
    }

    /// Best first.
    std::vector<memory::VectorHit> take() && {
        std::sort_heap(hits_.begin(), hits_.end(), better);
        return std::move(hits_);
    }

private:
    std::size_t count_;
    std::vector<memory::VectorHit> hits_; // a heap, the worst in front
};

} // namespace loci::index
