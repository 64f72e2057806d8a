#include "api/memesh/handlers.hpp"
#include "api/memesh/shaping.hpp"

namespace loci::server::memesh {
namespace {

Result<memory::MemoryId> parse_id(std::string const& text) {
    if (auto const id = parse_uuid(text)) {
        return memory::MemoryId{*id};
    }
    return Error{ErrorKind::not_found, "MEMORY_NOT_FOUND", "There is no memory of that id"};
}

Result<memory::Record> find(Call const& call, ItemRequest const& request) {
    auto const id = parse_id(request.id);
    if (!id) {
        return id.error();
    }
    return call.services.memory.get(call.caller(), *id);
}

} // namespace

Result<store::Done> memory_exists(Call& call, ItemRequest const& request) {
    auto const record = find(call, request);
    if (!record) {
        return record.error();
    }
    return store::Done{};
}

Result<MemoryView> read_memory(Call& call, ItemRequest const& request) {
    auto const record = find(call, request);
    if (!record) {
        return record.error();
    }
    return view_of(call, *record);
}

Result<DeletedView> delete_memory(Call& call, ItemRequest const& request) {
    auto const id = parse_id(request.id);
    if (!id) {
        return id.error();
    }
    auto const erased = call.services.memory.erase(call.caller(), {*id});
    if (!erased) {
        return erased.error();
    }
    return DeletedView{.id = to_string(id->value)};
}

} // namespace loci::server::memesh
