import FleetModel

/// The columns of a stored sample, in the table's order, and how each field is kept.
///
/// Counters are int8, or they would end; ratios, watts and percents are float4; what the exporter
/// gives in whole units is a whole number. The narrowest that holds the field's range.
enum SampleLayout {
  enum Width { case integer8, float4, integer4, integer2 }

  static let beforeGPU: [(field: DeviceField, column: String)] = [
    (.totalEnergy, "total_energy"), (.nvlinkBandwidth, "nvlink_bandwidth"),
    (.pcieTransmit, "pcie_transmit"), (.pcieReceive, "pcie_receive"),
    (.xidErrors, "xid_errors"), (.pcieReplays, "pcie_replays"),
    (.uncorrectableRemappedRows, "uncorrectable_remapped_rows"),
    (.correctableRemappedRows, "correctable_remapped_rows"),
  ]

  static let afterGPU: [(field: DeviceField, column: String, width: Width)] = [
    (.powerUsage, "power_usage", .float4), (.gpuUtilization, "gpu_utilization", .float4),
    (.memoryCopyUtilization, "memory_copy_utilization", .float4),
    (.encoderUtilization, "encoder_utilization", .float4),
    (.decoderUtilization, "decoder_utilization", .float4),
    (.engineActive, "engine_active", .float4), (.tensorActive, "tensor_active", .float4),
    (.dramActive, "dram_active", .float4), (.memoryFree, "memory_free", .integer4),
    (.memoryUsed, "memory_used", .integer4), (.memoryReserved, "memory_reserved", .integer4),
    (.smClock, "sm_clock", .integer2), (.memoryClock, "memory_clock", .integer2),
    (.memoryTemperature, "memory_temperature", .integer2),
    (.gpuTemperature, "gpu_temperature", .integer2), (.vgpuLicense, "vgpu_license", .integer2),
    (.rowRemapFailure, "row_remap_failure", .integer2),
  ]

  /// The time, the GPU, and the 25 fields.
  static let columnCount: Int16 = 27

  /// Absent is NULL. Values are within their field's range already (DeviceReading), so none can be
  /// too large for its column.
  static func write(
    _ reading: DeviceReading, gpu: Int32, at moment: Timestamp, into rows: inout CopyRows
  ) {
    rows.startRow(columns: columnCount)
    rows.value(moment.wire)
    for (field, _) in beforeGPU {
      if let value = reading[field] { rows.value(Int64(value.rounded())) } else { rows.null() }
    }
    rows.value(gpu)
    for (field, _, width) in afterGPU {
      guard let value = reading[field] else {
        rows.null()
        continue
      }
      switch width {
      case .float4: rows.value(Float(value))
      case .integer8: rows.value(Int64(value.rounded()))
      case .integer4: rows.value(Int32(value.rounded()))
      case .integer2: rows.value(Int16(value.rounded()))
      }
    }
  }
}
