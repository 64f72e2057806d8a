#pragma once
#include <catch2/catch.hpp>
#include <loci/base/result.hpp>
#include <string>

/// Lets `REQUIRE(result)` say why a result is an error.
namespace Catch {

template <class T>
struct StringMaker<loci::Result<T>> {
    static std::string convert(loci::Result<T> const& result) {
        return result ? "a value" : result.error().reason + ": " + result.error().message;
    }
};

} // namespace Catch
