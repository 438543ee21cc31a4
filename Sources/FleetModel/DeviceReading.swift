/// What one GPU said at one moment: a value for each field that was there, nothing for the rest.
///
/// A flat value of fixed size: a scrape of a thousand GPUs makes no heap object per sample.
public struct DeviceReading: Sendable {
  private var present: UInt32 = 0
  private var values: InlineArray<26, Double> = .init(repeating: 0)

  public init() {}

  /// Absent is nil, never zero. A value outside the field's range, infinite or NaN is not taken:
  /// the field becomes absent.
  public subscript(field: DeviceField) -> Double? {
    get {
      present & (1 << UInt32(field.rawValue)) != 0 ? values[field.rawValue] : nil
    }
    set {
      let bit: UInt32 = 1 << UInt32(field.rawValue)
      guard let value = newValue, field.range.contains(value) else {
        present &= ~bit
        return
      }
      present |= bit
      values[field.rawValue] = value
    }
  }

  /// How many fields have a value.
  public var count: Int { present.nonzeroBitCount }
}

extension DeviceReading: Equatable {
  public static func == (left: DeviceReading, right: DeviceReading) -> Bool {
    left.present == right.present
      && DeviceField.allCases.allSatisfy { left[$0] == right[$0] }
  }
}
