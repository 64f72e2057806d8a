#pragma once
#include <boost/system/result.hpp>
#include <loci/base/error.hpp>

namespace loci {

/// A value or an `Error`. Dropping one is a compiler warning.
///
/// `has_value()`, `value()` (throws on an error: for examples and tests), `operator*`, `error()`.
template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
    using Base = boost::system::result<T, Error>;

public:
    using Base::Base;
};

} // namespace loci
