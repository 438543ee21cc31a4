import Foundation
import Testing

@testable import Collectors

@Suite struct ExpositionNumberTests {
  static func read(_ text: String) -> Double? {
    let bytes = Array(text.utf8)
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      guard var position = buffer.baseAddress else { return nil }
      let end = unsafe position + buffer.count
      let value = unsafe ExpositionNumber.read(&position, end)
      return unsafe position == end ? value : nil
    }
  }

  @Test(
    "every form converts as strtod does",
    arguments: [
      "0", "-0", "1", "+1", "1.", ".5", "-.5", "00012", "0.000003", "8.969000", "128996013",
      "9007199254740993", "9007199254740993.5", "9223372036854775794", "18446744073709551615",
      "9999999999999999999", "99999999999999999999", "0.1", "0.30000000000000004", "1e22", "1e23",
      "1E-7", "5e-324", "2.2250738585072011e-308", "1.7976931348623157e308", "1e400", "-1e400",
      "1e-400", "123456789012345678.125", "0.0000000000000000000000001", "3.14159265358979323846",
      "1.00000000000000011102230246251565404236316680908203125", "4503599627370496.500000",
    ])
  func likeStrtod(text: String) {
    #expect(Self.read(text)?.bitPattern == (unsafe strtod(text, nil)).bitPattern)
  }

  @Test("random numbers in all the forms exporters print convert as strtod does")
  func random() {
    var random = SplitMix(seed: 42)
    for _ in 0..<20_000 {
      let double = Double(bitPattern: random.next())
      let small = Double(random.next() % 1_000_000_000_000) / 1e6
      var texts = [String(format: "%f", small), String(random.next()), "\(small)"]
      if double.isFinite {
        texts += ["\(double)", String(format: "%.17g", double), String(format: "%.3e", double)]
      }
      for text in texts {
        let same = Self.read(text)?.bitPattern == (unsafe strtod(text, nil)).bitPattern
        if !same { Issue.record("\(text)") }
      }
    }
  }

  @Test("infinities and NaN are read in any case", arguments: ["Inf", "+Inf", "inf", "+infinity"])
  func infinite(text: String) {
    #expect(Self.read(text) == .infinity)
    #expect(Self.read("-" + text.drop { $0 == "+" }) == -.infinity)
    #expect(Self.read("NaN")?.isNaN == true)
  }

  @Test(
    "what is no decimal number is refused",
    arguments: [
      "", "-", "+", ".", "1.2.3", "e5", "1e", "1e+", "0x10", "0x1p3", "1_000", "1,5", "--1", "1f",
      "nanny", "infinit", "１", "1e5.0", "1e5e5",
    ])
  func refused(text: String) {
    #expect(Self.read(text) == nil)
  }
}
