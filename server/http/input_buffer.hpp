#pragma once
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace loci::server {

/// Contiguous bytes between the socket and the parser. Keeps its memory between requests.
class InputBuffer final {
public:
    std::string_view text() const noexcept { return {bytes_.get() + begin_, end_ - begin_}; }

    std::size_t size() const noexcept { return end_ - begin_; }

    bool empty() const noexcept { return begin_ == end_; }

    void consume(std::size_t count) noexcept {
        begin_ += count;
        if (begin_ == end_) {
            begin_ = end_ = 0;
        }
    }

    /// Room for at least `count` more bytes behind `text()`.
    std::span<char> prepare(std::size_t count) {
        if (capacity_ - end_ < count) {
            make_room(count);
        }
        return {bytes_.get() + end_, capacity_ - end_};
    }

    void commit(std::size_t count) noexcept { end_ += count; }

    /// Gives memory back that only an unusual request needed.
    void trim() noexcept {
        if (empty() && capacity_ > usual) {
            bytes_.reset();
            capacity_ = 0;
        }
    }

private:
    static constexpr std::size_t usual = 16 * 1024;

    void make_room(std::size_t count) {
        auto const used = size();
        if (capacity_ - used >= count && begin_ >= used) {
            std::memcpy(bytes_.get(), bytes_.get() + begin_, used);
        } else {
            auto const capacity = capacity_ * 2 > used + count ? capacity_ * 2 : used + count;
            auto bytes = std::make_unique<char[]>(capacity);
            if (used > 0) {
                std::memcpy(bytes.get(), bytes_.get() + begin_, used);
            }
            bytes_ = std::move(bytes);
            capacity_ = capacity;
        }
        begin_ = 0;
        end_ = used;
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace loci::server
