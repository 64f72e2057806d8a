#pragma once
#include "cli/client.hpp"
#include "cli/host.hpp"

#include <loci/base/scope.hpp>
#include <memory>

namespace loci::cli {

/// The library itself, acting as the owner of the first tenant.
class LocalClient final : public Client {
public:
    LocalClient(std::unique_ptr<Host> host, Caller caller);

    Result<memory::Stored> remember(memory::NewMemory item,
                                    std::optional<memory::NearRule> near_duplicates) override;
    Result<memory::Recall> recall(memory::RecallQuery query) override;
    Result<ImportResults> import_items(std::vector<memory::NewMemory> items) override;
    Result<store::Done> export_items(std::vector<std::string> const& spaces,
                                     ExportSink const& sink) override;
    Result<runtime::IssuedKey> create_key(runtime::NewKey const& key) override;
    Result<runtime::KeyPage> list_keys(runtime::KeyQuery const& query) override;
    Result<runtime::Key> revoke_key(runtime::KeyId id) override;

    bool keeps_ids() const override { return true; }

private:
    std::unique_ptr<Host> host_;
    Caller caller_;
};

} // namespace loci::cli
