import FleetModel

/// Bodies as dcgm-exporter writes them, made here.
enum Bodies {
  static let noon = Timestamp(seconds: 1_795_262_400)

  static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// A line of a GPU's field.
  static func line(
    _ field: DeviceField, _ value: String, gpu: Int = 0, extra: String = ""
  ) -> String {
    "\(field.metricName){gpu=\"\(gpu)\",UUID=\"\(uuid(gpu))\",device=\"nvidia\(gpu)\","
      + "modelName=\"NVIDIA H100 80GB HBM3\",Hostname=\"node-1\"\(extra)} \(value)\n"
  }

  static func uuid(_ gpu: Int) -> String { "GPU-604ac76c-d9cf-fef3-62e9-d92044ab6e\(50 + gpu)" }

  /// All fields of `gpus` GPUs; values are whole numbers in every field's range, moved by `step`.
  static func node(gpus: Int, step: Int = 0) -> String {
    DeviceField.allCases.map { field in
      "# HELP \(field.metricName) Words.\n# TYPE \(field.metricName) gauge\n"
        + (0..<gpus).map { line(field, "\((step + $0) % 2)", gpu: $0) }.joined()
    }.joined()
  }
}
