import FleetModel
import Foundation
import Ports

/// A page of a list; the next one's address is whole.
struct AzurePage<Item: Decodable & Sendable>: Decodable, Sendable {
  var value: [Item]
  var nextLink: String?
}

/// A virtual machine, or an instance of a scale set, as far as a fleet needs it.
struct AzureMachine: Decodable, Sendable, Hashable {
  var id: String
  var location: String?
  var zones: [String]?
  var tags: [String: String]?
  var sku: Sku?
  /// Of an instance of a scale set.
  var instanceId: String?
  var properties: Properties?

  struct Sku: Decodable, Sendable, Hashable { var name: String? }

  struct Properties: Decodable, Sendable, Hashable {
    var hardwareProfile: Hardware?
    var provisioningState: String?
    var priority: String?
    var capacityReservation: Reservation?
    var timeCreated: String?
    var instanceView: AzureView?
    var storageProfile: Storage?
    /// Of an instance of a scale set.
    var protectionPolicy: Protection?
    /// Of a machine that belongs to a flexible scale set.
    var virtualMachineScaleSet: Reference?
  }

  struct Storage: Decodable, Sendable, Hashable { var osDisk: SystemDisk? }
  struct SystemDisk: Decodable, Sendable, Hashable { var diffDiskSettings: Ephemeral? }
  /// "Local": the system's disk is the host's own.
  struct Ephemeral: Decodable, Sendable, Hashable { var option: String? }

  struct Protection: Decodable, Sendable, Hashable {
    var protectFromScaleIn: Bool?
    var protectFromScaleSetActions: Bool?
  }

  struct Hardware: Decodable, Sendable, Hashable { var vmSize: String? }
  struct Reservation: Decodable, Sendable, Hashable { var capacityReservationGroup: Reference? }
  struct Reference: Decodable, Sendable, Hashable { var id: String? }
}

/// What a machine does right now.
struct AzureView: Decodable, Sendable, Hashable {
  var statuses: [Status]?

  struct Status: Decodable, Sendable, Hashable {
    /// "PowerState/running", "ProvisioningState/failed/AllocationFailed".
    var code: String?
    var message: String?
    /// Azure gives one to the state of provisioning, and none to that of power.
    var time: String?
  }

  /// When its state changed last: started, deallocated, or changed in another way.
  var changedAt: Timestamp? {
    (statuses ?? []).compactMap { $0.time.flatMap(Timestamp.init(azure:)) }.max()
  }

  /// "running" of "PowerState/running"; nil while Azure does not say.
  var power: String? {
    for status in statuses ?? [] {
      let parts = (status.code ?? "").lowercased().split(separator: "/")
      if parts.count == 2, parts[0] == "powerstate" { return String(parts[1]) }
    }
    return nil
  }

  /// Why the last operation on it failed; nil when it did not.
  var fault: CloudFault? {
    for status in statuses ?? [] {
      let parts = (status.code ?? "").split(separator: "/")
      guard parts.count == 3, parts[0].lowercased() == "provisioningstate",
        parts[1].lowercased() == "failed"
      else { continue }
      return AzureFault.sorted(code: String(parts[2]), message: status.message ?? "")
    }
    return nil
  }
}

struct AzureScaleSet: Decodable, Sendable, Hashable {
  var id: String
  var location: String?
  var tags: [String: String]?
  /// Absent for a flexible set without a profile of its own: it has no number to set.
  var sku: Sku?
  var properties: Properties?

  struct Sku: Decodable, Sendable, Hashable {
    var name: String?
    var capacity: Int?
  }

  struct Properties: Decodable, Sendable, Hashable {
    var provisioningState: String?
    var singlePlacementGroup: Bool?
    /// "Uniform" or "Flexible"; a flexible set's machines are virtual machines besides.
    var orchestrationMode: String?
    var virtualMachineProfile: Profile?
  }

  struct Profile: Decodable, Sendable, Hashable { var priority: String? }
}

/// How far a resource is, in the answer that carries it.
enum AzureProvisioning: Sendable, Hashable {
  case underWay
  case failed
  /// Also when the answer carries no resource.
  case done

  var isUnderWay: Bool { self == .underWay }

  static func of(_ reply: HTTPResponse) -> AzureProvisioning {
    struct Resource: Decodable {
      var properties: Properties?
      struct Properties: Decodable { var provisioningState: String? }
    }
    let resource = try? JSONDecoder().decode(Resource.self, from: Data(reply.body))
    switch resource?.properties?.provisioningState?.lowercased() {
    case nil, "succeeded": return .done
    case "failed", "canceled": return .failed
    default: return .underWay
    }
  }
}

/// The state of a long-running operation, at the address of Azure-AsyncOperation.
struct AzureOperation: Decodable, Sendable, Hashable {
  var status: String
  var error: AzureErrorBody.Content?
}

struct AzureErrorBody: Decodable, Sendable, Hashable {
  var error: Content

  struct Content: Decodable, Sendable, Hashable {
    var code: String?
    var message: String?
    var details: [Detail]?
  }

  struct Detail: Decodable, Sendable, Hashable {
    var code: String?
    var message: String?
  }
}

struct AzureSku: Decodable, Sendable, Hashable {
  var resourceType: String?
  var name: String?
  var capabilities: [Capability]?

  struct Capability: Decodable, Sendable, Hashable {
    var name: String?
    var value: String?
  }

  /// The capabilities are those the list of SKUs has: `MaxResourceVolumeMB` is the temporary disk,
  /// `NvmeDiskSizeInMiB` all local NVMe disks together.
  var type: AzureType { AzureType(accelerators: accelerators, localDisks: localDisks) }

  /// How many GPUs a machine of this type has, 0 for none; nil when that can not be read.
  private var accelerators: Int? { said("GPUs").map { Int($0) } ?? 0 }

  private var localDisks: LocalDisks? {
    let temporary = said("MaxResourceVolumeMB").flatMap { Int($0) } ?? 0
    let nvme = said("NvmeDiskSizeInMiB").flatMap { Int($0) } ?? 0
    let names = [temporary > 0 ? "temporary disk" : nil, nvme > 0 ? "local NVMe" : nil]
    guard temporary > 0 || nvme > 0 else { return nil }
    return LocalDisks(
      gigabytes: max(0, temporary) / 1024 + max(0, nvme) / 1024,
      name: names.compactMap { $0 }.joined(separator: " and "))
  }

  private func said(_ name: String) -> String? {
    capabilities?.first { $0.name == name }?.value
  }
}
