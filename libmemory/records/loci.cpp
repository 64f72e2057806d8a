#include <loci/loci.hpp>
#include <loci/memory/background_embedder.hpp>

namespace loci {

class Loci::Impl {
public:
    Impl(std::unique_ptr<memory::Embedder> owned, store::Database opened, memory::Embedder* given)
        : embedder(std::move(owned))
        , database(std::move(opened))
        , serving(given != nullptr ? given : embedder.get()) {}

    std::unique_ptr<memory::Embedder> embedder;
    store::Database database;
    memory::Embedder* serving;
    std::optional<memory::Memory> memory;
    std::optional<memory::BackgroundEmbedder> background; // last: it uses the above
};

memory::ScopedMemory Loci::in(memory::Scope scope) const {
    return memory::ScopedMemory{*impl_->memory, std::move(scope)};
}

memory::Memory& Loci::memory() const noexcept {
    return *impl_->memory;
}

store::Database& Loci::database() const noexcept {
    return impl_->database;
}

Loci::Loci(std::unique_ptr<Impl> impl) noexcept
    : impl_(std::move(impl)) {}

Loci::Loci(Loci&&) noexcept = default;
Loci& Loci::operator=(Loci&&) noexcept = default;
Loci::~Loci() = default;

Result<Loci> open(OpenOptions options) {
    auto database = store::Database::open(
        {.directory = std::move(options.directory), .components = {memory::Memory::component()}},
        options.environment != nullptr ? *options.environment : system_environment());
    if (!database) {
        return database.error();
    }
    auto impl = std::make_unique<Loci::Impl>(
        options.embedder != nullptr ? nullptr : memory::word_table_embedder(), std::move(*database),
        options.embedder);
    auto memory = memory::Memory::open(impl->database, *impl->serving);
    if (!memory) {
        return memory.error();
    }
    impl->memory.emplace(std::move(*memory));
    impl->memory->limit_index_memory(options.memory_budget);
    if (options.background) {
        impl->background.emplace(*impl->memory, impl->database.environment().clock);
    }
    return Loci{std::move(impl)};
}

} // namespace loci
