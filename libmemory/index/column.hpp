#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace loci::index {

inline constexpr std::size_t chunk_rows = 2048;

/// The values of one column in a chunk of rows. While all are equal only one is kept.
///
/// A copy shares the values. The writer appends in place, where no reader looks yet, and copies the
/// values before it changes one that readers may know.
template <class T>
class Column {
public:
    explicit Column(T value) noexcept
        : low_(value)
        , high_(value) {}

    Column(Column const& other)
        : values_(other.values_)
        , low_(other.low_)
        , high_(other.high_)
        , capacity_(other.capacity_) {}

    Column& operator=(Column const&) = delete;
    ~Column() = default;

    T operator[](std::size_t row) const noexcept { return values_ ? values_.get()[row] : low_; }

    /// Null while all are equal.
    T const* values() const noexcept { return values_.get(); }

    /// The value that all have, as long as `values` is null; else not above any integer.
    T low() const noexcept { return low_; }

    /// Not below any integer.
    T high() const noexcept { return high_; }

    /// `row` is one of `rows` that there are, or the next.
    void set(std::size_t row, T value, std::size_t rows) {
        if (rows == 0) {
            low_ = value;
            high_ = value;
            return;
        }
        if (!values_ ? same(low_, value) : row < rows && same(values_.get()[row], value)) {
            return;
        }
        if (row >= capacity_ || (row < rows && !own_)) {
            renew(std::max(row + 1, rows), rows);
        }
        values_.get()[row] = value;
        if constexpr (std::is_integral_v<T>) {
            low_ = std::min(low_, value);
            high_ = std::max(high_, value);
        }
    }

    std::size_t bytes() const noexcept { return capacity_ * sizeof(T); }

private:
    static constexpr std::size_t smallest = 16;

    // Absent numbers are NaN.
    static bool same(T left, T right) noexcept {
        if constexpr (std::is_floating_point_v<T>) {
            return left == right || (left != left && right != right);
        } else {
            return left == right;
        }
    }

    void renew(std::size_t needed, std::size_t rows) {
        auto capacity = std::max(capacity_, smallest);
        while (capacity < needed) {
            capacity *= 2;
        }
        auto values = std::make_shared<T[]>(capacity);
        if (values_) {
            std::copy_n(values_.get(), rows, values.get());
        } else {
            std::fill_n(values.get(), rows, low_);
        }
        values_ = std::move(values);
        capacity_ = capacity;
        own_ = true;
    }

    std::shared_ptr<T[]> values_;
    T low_;
    T high_;
    std::size_t capacity_ = 0;
    bool own_ = false; // made here: no other column knows these values
};

} // namespace loci::index
