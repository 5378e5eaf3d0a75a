# Onetrip alone: the program, the libraries that it links and a user that is not root; no shell.
#   docker build -t onetrip .
#   docker run --rm --network host onetrip run postgres://127.0.0.1:5432
FROM debian:12.8-slim AS build
WORKDIR /source
COPY . .
RUN scripts/setup build && scripts/build && strip build/onetrip && scripts/lib/image_root build/onetrip /image

FROM scratch
COPY --from=build /image /
USER 65532:65532
ENV LANG=C.UTF-8
EXPOSE 6532 9188
ENTRYPOINT ["/usr/bin/onetrip"]
CMD ["run"]
