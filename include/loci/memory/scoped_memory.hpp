#pragma once
#include <loci/memory/memory.hpp>
#include <optional>
#include <string>
#include <vector>

namespace loci::memory {

/// Who and where, for a host that embeds the library. Coordinates given here fill those that a call
/// leaves out.
struct Scope {
    std::string tenant = "local";
    std::string user = "local";
    std::optional<std::string> subject{};
    std::optional<std::string> organization{};
    std::optional<std::string> agent{};
    std::optional<std::string> space{};
    std::optional<std::string> session{};
    std::optional<std::string> project{};
};

/// `Memory` seen from one scope: writes go there, reads are restricted to it. Cheap to copy.
///
/// Threads: as `Memory`. Lifetime: the `Memory` must outlive it.
class ScopedMemory {
public:
    ScopedMemory(Memory& memory, Scope scope);

    Result<Record> write(NewMemory item, std::optional<IdempotencyKey> key = {}) const;
    Result<Recall> recall(RecallQuery query) const;
    Result<Page> list(ListQuery query = {}) const;
    Result<std::size_t> count(Filter filter = {}) const;
    Result<Record> get(MemoryId id) const;
    Result<Record> revise(MemoryId id, Patch const& patch) const;
    Result<Record> supersede(MemoryId older, MemoryId newer) const;
    Result<Erased> forget(MemoryId id) const;
    Result<ContextWindow> context_window(ContextQuery query) const;

    Caller const& caller() const noexcept { return caller_; }

private:
    void restrict_to_scope(ReadScope& scope) const;
    Memory* memory_;
    Caller caller_;
    WriteScope scope_;
};

} // namespace loci::memory
