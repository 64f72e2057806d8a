#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <loci/base/clock.hpp>
#include <loci/base/ids.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace loci::store {

/// The text of one statement, fixed at build time: no part of it can come from input.
class Sql {
public:
    consteval Sql(char const* text)
        : text_(text) {} // NOLINT(google-explicit-constructor)

    constexpr std::string_view text() const noexcept { return text_; }

private:
    std::string_view text_;
};

/// One bound parameter. Text and blobs are borrowed until the call that takes the value returns.
class Value {
public:
    using Blob = std::span<std::byte const>;
    using Storage = std::variant<std::monostate, std::int64_t, double, std::string_view, Blob>;

    Value(std::nullptr_t) noexcept {} // NOLINT

    Value(std::integral auto number) noexcept
        : value_(static_cast<std::int64_t>(number)) {} // NOLINT

    Value(double number) noexcept
        : value_(number) {} // NOLINT

    Value(std::string_view text) noexcept
        : value_(text) {} // NOLINT

    Value(std::string const& text) noexcept
        : value_(std::string_view{text}) {} // NOLINT

    Value(char const* text) noexcept
        : value_(std::string_view{text}) {} // NOLINT

    Value(Blob blob) noexcept
        : value_(blob) {} // NOLINT

    Value(Timestamp at) noexcept
        : value_(to_micros(at)) {} // NOLINT

    Value(Uuid const& id) noexcept
        : value_(Blob{std::as_bytes(std::span{id.bytes})}) {} // NOLINT

    template <class T>
    Value(std::optional<T> const& value) noexcept { // NOLINT
        if (value) {
            value_ = Value{*value}.value_;
        }
    }

    Storage const& storage() const noexcept { return value_; }

private:
    Storage value_{};
};

} // namespace loci::store
