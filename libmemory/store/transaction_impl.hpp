#pragma once
#include "store/engine.hpp"
#include "store/ledger.hpp"

namespace loci::store {

/// What stands behind both kinds of transaction; `ledger` is null in a read.
class ReadTransaction::Impl {
public:
    Connection& connection;
    Ledger* ledger = nullptr;
    Timestamp now{};
    Timestamp last_commit_time{};
    std::int64_t last_change = 0;
    std::size_t accounted = 0;
};

/// A read transaction that can be made.
class Snapshot final : public ReadTransaction {
public:
    using ReadTransaction::ReadTransaction;
};

} // namespace loci::store
