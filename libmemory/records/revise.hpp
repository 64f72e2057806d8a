#pragma once
#include <loci/memory/memory.hpp>
#include <optional>
#include <records/lifecycle.hpp>
#include <records/mutation.hpp>
#include <records/prepare.hpp>

namespace loci::memory {

/// Lays a patch over a memory: a new revision where `Patch` says so, in place otherwise; a patch
/// that changes nothing writes nothing.
Result<Record> revise(Mutation& mutation, MemoryId id, PreparedPatch const& prepared);

/// Stamps `older` as superseded by `newer` and links the two.
Result<Record> supersede(Mutation& mutation, MemoryId older, MemoryId newer);

/// Stamps both as contested and links them.
Result<Record> contradict(Mutation& mutation, MemoryId id, MemoryId other);

/// Counts a validation; a confidence that differs opens a revision.
Result<Record> validate(Mutation& mutation, MemoryId id, std::optional<double> confidence);

/// One lifecycle event that concerns a single memory.
Result<Record> transition(Mutation& mutation, MemoryId id, LifecycleAction action);

} // namespace loci::memory
