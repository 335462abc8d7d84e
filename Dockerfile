# syntax=docker/dockerfile:1
# Three stages: compile, keep what is needed to run, and an image with nothing else in it.

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json manifest.yml ./
COPY src src
COPY commands commands
# In an image the first start may take its time; forty megabytes of empty database need not be shipped for it.
RUN npm run build && rm -rf dist/blank-database-*

FROM node:24-bookworm-slim AS modules
WORKDIR /modules
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
# npm is not needed to run, and what is not there cannot be misused.
RUN rm -rf /usr/local/lib/node_modules/npm /usr/local/bin/npm /usr/local/bin/npx /opt/yarn* \
  && mkdir /data && chown 65532:65532 /data
WORKDIR /slipway
COPY --from=modules /modules/node_modules node_modules
COPY --from=build /build/dist dist
COPY --from=build /build/package.json /build/manifest.yml ./
USER 65532:65532
ENV NODE_ENV=production SLIPWAY_HOME=/data PORT=3000
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["node", "dist/src/main.js", "healthcheck"]
ENTRYPOINT ["node", "--unhandled-rejections=strict", "--disable-proto=throw", "dist/src/main.js"]
CMD ["start"]
