/// One numeric field of a GPU, as NVIDIA's dcgm-exporter names and measures it by default.
///
/// Source: dcgm-exporter's etc/default-counters.csv; units are the exporter's own.
public enum DeviceField: Int, CaseIterable, Sendable, Codable {
  case smClock, memoryClock, memoryTemperature, gpuTemperature, powerUsage, totalEnergy
  case pcieReplays, gpuUtilization, memoryCopyUtilization, encoderUtilization, decoderUtilization
  case xidErrors, memoryFree, memoryUsed, memoryReserved, nvlinkBandwidth, vgpuLicense
  case uncorrectableRemappedRows, correctableRemappedRows, rowRemapFailure
  case engineActive, tensorActive, dramActive, pcieTransmit, pcieReceive
  /// Not in the exporter's default list, and not stored: it hardly ever changes.
  case powerLimit

  /// The name on the wire.
  public var metricName: String {
    switch self {
    case .smClock: "DCGM_FI_DEV_SM_CLOCK"
    case .memoryClock: "DCGM_FI_DEV_MEM_CLOCK"
    case .memoryTemperature: "DCGM_FI_DEV_MEMORY_TEMP"
    case .gpuTemperature: "DCGM_FI_DEV_GPU_TEMP"
    case .powerUsage: "DCGM_FI_DEV_POWER_USAGE"
    case .totalEnergy: "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"
    case .pcieReplays: "DCGM_FI_DEV_PCIE_REPLAY_COUNTER"
    case .gpuUtilization: "DCGM_FI_DEV_GPU_UTIL"
    case .memoryCopyUtilization: "DCGM_FI_DEV_MEM_COPY_UTIL"
    case .encoderUtilization: "DCGM_FI_DEV_ENC_UTIL"
    case .decoderUtilization: "DCGM_FI_DEV_DEC_UTIL"
    case .xidErrors: "DCGM_FI_DEV_XID_ERRORS"
    case .memoryFree: "DCGM_FI_DEV_FB_FREE"
    case .memoryUsed: "DCGM_FI_DEV_FB_USED"
    case .memoryReserved: "DCGM_FI_DEV_FB_RESERVED"
    case .nvlinkBandwidth: "DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL"
    case .vgpuLicense: "DCGM_FI_DEV_VGPU_LICENSE_STATUS"
    case .uncorrectableRemappedRows: "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS"
    case .correctableRemappedRows: "DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS"
    case .rowRemapFailure: "DCGM_FI_DEV_ROW_REMAP_FAILURE"
    case .engineActive: "DCGM_FI_PROF_GR_ENGINE_ACTIVE"
    case .tensorActive: "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE"
    case .dramActive: "DCGM_FI_PROF_DRAM_ACTIVE"
    case .pcieTransmit: "DCGM_FI_PROF_PCIE_TX_BYTES"
    case .pcieReceive: "DCGM_FI_PROF_PCIE_RX_BYTES"
    case .powerLimit: "DCGM_FI_DEV_POWER_MGMT_LIMIT"
    }
  }

  /// The values that can be true; anything else is absent, never clamped, never zero.
  ///
  /// Percentages are 0…100 and ratios 0…1 with 5 % of slack, because MIG slices have been seen
  /// just above 1.0 (NVIDIA/DCGM#152). Counters end well below DCGM's blank sentinels, which start
  /// at 2^63−16 for integers and 1.4e14 for floats, save energy, which stays exact to 2^53 mJ.
  public var range: ClosedRange<Double> {
    switch self {
    case .gpuUtilization, .memoryCopyUtilization, .encoderUtilization, .decoderUtilization: 0...105
    case .engineActive, .tensorActive, .dramActive: 0...1.05
    case .memoryTemperature, .gpuTemperature: -40...200
    case .powerUsage, .powerLimit: 0...5000
    case .smClock, .memoryClock: 0...20_000
    case .memoryFree, .memoryUsed, .memoryReserved: 0...4_194_304
    case .totalEnergy: 0...9_007_199_254_740_992
    case .rowRemapFailure, .vgpuLicense: 0...255
    case .xidErrors, .pcieReplays, .uncorrectableRemappedRows, .correctableRemappedRows:
      0...4_294_967_295
    case .nvlinkBandwidth, .pcieTransmit, .pcieReceive: 0...100_000_000_000_000
    }
  }

  /// Counters only grow; a smaller value means the exporter or driver restarted.
  public var isCounter: Bool {
    switch self {
    case .totalEnergy, .pcieReplays, .nvlinkBandwidth, .uncorrectableRemappedRows,
      .correctableRemappedRows:
      true
    default: false
    }
  }
}
