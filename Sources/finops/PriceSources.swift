import CurlTransport
import Ports
import Settings

extension Wiring {
  /// The price list of each configured cloud that has one: what `finops prices update` asks, in the
  /// order of the file.
  ///
  /// A source's `cloud` is the cloud's name in the settings; the regions it is asked for are that
  /// cloud's. A cloud whose prices come with the program or by import only has no entry.
  /// - Parameter transport: for the sources' calls; the caller shuts it down when all are done.
  static func priceSources(
    _ settings: Settings, transport: CurlTransport
  ) -> [any PriceSource] {
    accounts(settings, transport: transport).flatMap(\.prices)
  }
}
